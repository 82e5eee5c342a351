"""The emails about partners' tickets, which an organisation may put in its own words (D3, N1)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.events.mail_kinds import DAY, EVENT, HOURS, LOCATION, STAFF_URL
from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.payments.mail_kinds import ORDER_URL

GROUP = _("Partners")

PARTNER = Placeholder("partner", _("name of the partner"), "Bakkerij Jansen")
NUMBER = Placeholder("number", _("how many tickets"), "3")
PARTNER_URL = Placeholder("partner_url", _("address of the partner's own page"), main_page)
TICKET_TYPE = Placeholder("ticket_type", _("ticket type"), _("Exhibitor"))
CONTACT = Placeholder("contact", _("address for questions"), "office@example.org")
DEADLINE = Placeholder(
    "deadline", _("until when the ticket is kept"), lambda: facts.deadline(timezone.now() + timedelta(days=7))
)

register(
    MailKind("partner-link", GROUP, _("To the partner: link to their page"), (PARTNER, PARTNER_URL, CONTACT)),
    MailKind("partner-full", GROUP, _("To the partner: all tickets are taken"), (PARTNER, EVENT, NUMBER, PARTNER_URL)),
    MailKind(
        "partner-full-staff",
        GROUP,
        _("To staff: all tickets of a partner are taken"),
        (PARTNER, EVENT, NUMBER, STAFF_URL),
    ),
    MailKind(
        "partner-ticket-given",
        GROUP,
        _("To the person: a partner gives a ticket"),
        (PARTNER, TICKET_TYPE, EVENT, DAY, HOURS, LOCATION, DEADLINE, ORDER_URL),
        needed=frozenset({"deadline"}),
        anybody_causes_it=True,
    ),
)
