"""The mails about contributions that an organisation may reword (N1)."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, register
from kring.organisations.current import current_organisation

GROUP = _("Contributions")
PEOPLE = Placeholder("people", _("the members it is for"), lambda: facts.names(["Eva Jansen", "Liv Jansen"]))
NUMBER = Placeholder("number", _("number of the bill"), "7KQ4MX2P")
AMOUNT = Placeholder("amount", _("the amount"), lambda: facts.money(Decimal(120), current_organisation().currency))
STRUCTURED = Placeholder("structured", _("reference that banks check"), "RF18 7KQ4 MX2P")
DUE = Placeholder("due", _("the day by which it is to be paid"), lambda: facts.day(_in_a_month()))


def _in_a_month() -> date:
    return timezone.localdate() + timedelta(days=30)


register(
    MailKind(
        "contribution-asked",
        GROUP,
        _("Your contribution"),
        (
            *(PEOPLE, NUMBER, AMOUNT, DUE),
            Placeholder("account", _("account number"), "NL91 ABNA 0417 1643 00"),
            Placeholder("holder", _("name of the account's holder"), _("The treasurer")),
            STRUCTURED,
        ),
        ours=("url",),
        needed=frozenset({"amount"}),
    ),
    MailKind(
        "donation-receipt",
        GROUP,
        _("Receipt of donations"),
        (
            Placeholder("number", _("number of the receipt"), "2026-0001"),
            Placeholder("year", _("year of the donations"), "2026"),
            AMOUNT,
        ),
    ),
    MailKind("contribution-paid", GROUP, _("Contribution paid"), (PEOPLE, NUMBER, AMOUNT), ours=("url",)),
)
