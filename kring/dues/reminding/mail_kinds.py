"""The texts of reminders, by tone, which an organisation may reword; letters have the same."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.dues.mail_kinds import STRUCTURED
from kring.dues.models import Tone
from kring.dues.reminding.mails import template_of
from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.organisations.current import current_organisation

GROUP = _("Contributions")


def _money(amount: str) -> facts.Fact:
    return facts.money(Decimal(amount), current_organisation().currency)


def _debts() -> facts.Fact:
    today = timezone.localdate()
    first, end = today.replace(month=1, day=1), today.replace(year=today.year + 1, month=1, day=1)
    debt = ["Anna Nowak", "period", first.isoformat(), end.isoformat(), "45.00", today.isoformat()]
    return {"debts": [current_organisation().currency, [debt]]}


PLACEHOLDERS = (
    Placeholder("amount", _("all that is overdue"), lambda: _money("45.00")),
    Placeholder("debts", _("what is overdue, a line for each"), _debts),
    Placeholder("fee", _("what of it is the cost of reminders"), ""),
    Placeholder("account", _("account number"), "NL91 ABNA 0417 1643 00"),
    Placeholder("holder", _("name of the account's holder"), _("The treasurer")),
    Placeholder("reference", _("reference for the bank"), "7KQ4MX2P"),
    STRUCTURED,
    Placeholder("page_url", _("address of the page to pay on"), main_page),
)
TITLES = {
    Tone.FRIENDLY: _("Reminder of contributions: friendly"),
    Tone.FIRM: _("Reminder of contributions: firm"),
    Tone.LAST: _("Reminder of contributions: last"),
}

register(
    *(
        MailKind(template_of(tone), GROUP, title, PLACEHOLDERS, needed=frozenset({"amount"}))
        for tone, title in TITLES.items()
    )
)
