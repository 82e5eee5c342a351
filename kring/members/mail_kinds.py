"""The mails about members that an organisation may reword (N1)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, register

register(
    MailKind(
        "member-invitation",
        _("Members"),
        _("Invitation to a login"),
        (
            Placeholder("people", _("the members at this address"), lambda: facts.names(["Eva Jansen", "Liv Jansen"])),
            Placeholder(
                "deadline", _("until when the link works"), lambda: facts.deadline(timezone.now() + timedelta(days=30))
            ),
        ),
        ours=("url",),
    )
)
