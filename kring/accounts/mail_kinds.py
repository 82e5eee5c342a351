"""An organisation may reword the mail to somebody it gives a role (N1).

It may not reword mails about logins: an account does not belong to one organisation, and their text protects it.
"""

from django.utils.translation import gettext_lazy as _

from kring.mail.kinds import MailKind, Placeholder, register

register(
    MailKind(
        "role-given",
        _("Administration"),
        _("Role given"),
        (
            Placeholder("inviter", _("who gave the role"), "Maria de Vries"),
            Placeholder("roles", _("the roles"), _("organiser")),
        ),
        ours=("administration_url",),
    )
)
