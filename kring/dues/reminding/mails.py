"""The words of a reminder: as an email, and the same in a letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from kring.core import dates, money
from kring.dues import transfers
from kring.dues.models import Contribution, Payer, Reminder
from kring.mail import facts, outbox
from kring.mail.facts import Fact, How, written_as
from kring.mail.models import Message
from kring.organisations.current import current_organisation


def template_of(tone: str) -> str:
    return f"dues-reminder-{tone}"


def reminder(made: Reminder, named: Sequence[Contribution]) -> Message:
    payer = made.payer
    return outbox.queue(
        template_of(made.tone),
        to=payer.email,
        name=payer.name,
        language=language_of(payer),
        subject=made,
        page_url=page_link(made),
        more_facts={**facts_of(made, named), **how_to_pay(made, named)},
    )


def facts_of(made: Reminder, named: Sequence[Contribution]) -> dict[str, Fact]:
    """Of what is left of these by now; `page_url`, and how to pay, apart."""
    currency = made.currency
    total = sum((each.left for each in named), Decimal(0))
    fee = made.fee.left if made.fee is not None else Decimal(0)
    return {
        "amount": facts.money(total, currency),
        "debts": {"debts": [currency, [_debt(each) for each in named]]},
        "fee": facts.money(fee, currency) if fee else "",
    }


def how_to_pay(made: Reminder, named: Sequence[Contribution]) -> dict[str, Fact]:
    to = transfers.of_contributions(transfers.receiver(), named, made.currency)
    return {**(to.facts if to else transfers.NO_FACTS)}


def _debt(each: Contribution) -> list[str]:
    return [
        each.member.name,
        each.kind,
        each.during.lower.isoformat(),
        each.during.upper.isoformat(),
        str(each.left),
        each.due_on.isoformat(),
    ]


@written_as("debts", How.LINES)
def write_debts(currency: str, debts: Sequence[Sequence[str]]) -> str:
    return "\n".join(_written(currency, *each) for each in debts)


def _written(currency: str, member: str, kind: str, first: str, end: str, left: str, due_on: str) -> str:
    values = {
        "member": member,
        "what": Contribution.Kind(kind).label,
        "period": period(date.fromisoformat(first), date.fromisoformat(end) - timedelta(days=1)),
        "due": dates.short_day(date.fromisoformat(due_on)),
        "amount": money.say(Decimal(left), currency),
    }
    return _("%(member)s: %(what)s %(period)s, due %(due)s: %(amount)s") % values


def period(first: date, last: date) -> str:
    """`2026`, or `1 Mar 2026 – 31 May 2026`."""
    if (first.month, first.day, last.month, last.day, first.year) == (1, 1, 12, 31, last.year):
        return str(first.year)
    return f"{dates.short_day(first)} – {dates.short_day(last)}"


def language_of(payer: Payer) -> str:
    return payer.language or current_organisation().language


def page_of(made: Reminder) -> str:
    return f"{current_organisation().url}/reminders/{made.secret}/"


def page_link(made: Reminder) -> Fact:
    return facts.link(page_of(made))
