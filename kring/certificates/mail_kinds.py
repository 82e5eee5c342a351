"""The mail with a certificate, which an organisation may put in its own words (N1)."""

from django.utils.translation import gettext_lazy as _

from kring.events.mail_kinds import EVENT
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.registrations.mail_kinds import WHO

register(
    MailKind(
        "certificate",
        _("Certificates"),
        _("A certificate of attendance"),
        (EVENT, WHO, Placeholder("check_url", _("address of the page of the certificate"), main_page)),
    )
)
