"""What goes back of a cancelled ticket, worked out and said in one place (R6): by the terms of its type, else
by those of the event. Who cancels by themselves gets exactly this; staff are proposed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import dates, money
from kring.core.numbers import shown
from kring.core.refusals import Refusal
from kring.events.models import Event, RefundTerm, TicketType
from kring.events.models.refund_term import ALL, MOST_DAYS, MOST_TERMS
from kring.organisations import audit
from kring.organisations.current import current_organisation

NOTHING = Decimal(0)
HIGHEST_FEE = Decimal(1_000_000)


class TermsWrong(Refusal):
    """`row`: which of them, from 1 on; 0: all together."""

    status = 422
    code = "refund_terms_wrong"

    def __init__(self, message: object, *, row: int = 0, **details: object) -> None:
        self.message, self.row = message, row  # type: ignore[assignment]
        super().__init__(**details)


@dataclass(frozen=True)
class Parted:
    """Of one ticket: so much of its price goes back, and so much is kept."""

    returned: Decimal
    fee: Decimal


@dataclass(frozen=True)
class Terms:
    """With the moment each ends, the first one first. None: everything goes back, at any time."""

    rows: Sequence[tuple[datetime, RefundTerm]] = ()

    def part(self, amount: Decimal, at: datetime) -> Parted:
        """A ticket of this price, cancelled then."""
        if not self.rows:
            return Parted(amount, NOTHING)
        fee = next((term.fee_of(amount) for ends_at, term in self.rows if at < ends_at), amount)
        return Parted(amount - fee, fee)

    def give_no_more_than(self, others: Terms, amount: Decimal, now: datetime) -> bool:
        """From now on, at no moment."""
        ends = [ends_at for ends_at, _term in [*self.rows, *others.rows] if ends_at > now]
        return all(self.part(amount, at).returned <= others.part(amount, at).returned for at in (now, *ends))


@dataclass(frozen=True)
class EventTerms:
    general: Terms
    by_type: Mapping[int, Terms]

    def of(self, ticket_type: int) -> Terms:
        return self.by_type.get(ticket_type, self.general)

    @property
    def are_any(self) -> bool:
        return bool(self.general.rows or self.by_type)


def terms_of(event: Event) -> EventTerms:
    """One statement."""
    found: dict[int | None, list[RefundTerm]] = {}
    for row in RefundTerm.objects.of_event(event):
        found.setdefault(row.ticket_type_id, []).append(row)
    general = in_order(event, found.pop(None, []))
    return EventTerms(general, {key: in_order(event, rows) for key, rows in found.items() if key is not None})


def in_order(event: Event, rows: Sequence[RefundTerm]) -> Terms:
    zone = current_organisation().zone
    timed = [(row.ends_at(event.starts_at, zone), row) for row in rows]
    return Terms(sorted(timed, key=lambda each: each[0]))


@transaction.atomic
def agree(event: Event, rows: Sequence[RefundTerm], *, ticket_type: TicketType | None = None) -> None:
    """From now on these count, also for tickets that were bought before; the rows are unsaved. None for a ticket type:
    those of the event. Raises TermsWrong."""
    demand_right(event, rows)
    owner: dict[str, object] = {"event": None, "ticket_type": ticket_type} if ticket_type else {"event": event}
    # Two who save at once wait for each other; and pages made before are out of date (freshness.py).
    event.save(update_fields=["updated_at"])
    before = RefundTerm.objects.filter(ticket_type=ticket_type) if ticket_type else event.refund_terms.all()
    old = [str(term) for _end, term in in_order(event, list(before)).rows]
    before.delete()
    for row in rows:
        for name, value in owner.items():
            setattr(row, name, value)
    RefundTerm.objects.bulk_create(rows)
    new = [str(term) for _end, term in in_order(event, rows).rows]
    audit.log("event.refund_terms", ticket_type or event, old={"terms": old}, new={"terms": new})


def demand_right(event: Event, rows: Sequence[RefundTerm]) -> None:
    """Raises TermsWrong."""
    if len(rows) > MOST_TERMS:
        raise TermsWrong(gettext_lazy("There are at most %(most)s terms."), most=MOST_TERMS)
    for number, row in enumerate(rows, start=1):
        _demand_one(row, number)
    numbers = {id(row): number for number, row in enumerate(rows, start=1)}
    for (ends, first), (later, second) in combinations(in_order(event, rows).rows, 2):
        number = numbers[id(second)]
        if ends == later:
            raise TermsWrong(gettext_lazy("Two terms end at the same moment."), row=number)
        if _gives_more(first, second):
            raise TermsWrong(gettext_lazy("A later term gives back no more than an earlier one."), row=number)


def _demand_one(row: RefundTerm, number: int) -> None:
    if (row.until is None) == (row.days_before is None):
        raise TermsWrong(gettext_lazy("Give a moment, or a number of days before the event."), row=number)
    if row.days_before is not None and not 0 <= row.days_before <= MOST_DAYS:
        raise TermsWrong(gettext_lazy("At most %(most)s days before the event."), row=number, most=MOST_DAYS)
    value = row.fee if row.percent is None else row.percent
    if value is None or (row.fee is not None and row.percent is not None):
        raise TermsWrong(gettext_lazy("Give a percentage or a fee."), row=number)
    if not value.is_finite() or value != round(value, 2):
        raise TermsWrong(gettext_lazy("Give at most two decimals."), row=number)
    if not 0 <= value <= (ALL if row.percent is not None else HIGHEST_FEE - 1):
        raise TermsWrong(gettext_lazy("A percentage is between 0 and 100, and a fee not below zero."), row=number)


def _gives_more(first: RefundTerm, second: RefundTerm) -> bool:
    """Where the two can be compared at all."""
    if second.gives_all:
        return not first.gives_all
    if first.percent is not None and second.percent is not None:
        return second.percent > first.percent
    return first.fee is not None and second.fee is not None and second.fee < first.fee


def in_words(terms: Terms, currency: str) -> list[str]:
    """A line for each, and one for after them."""
    rows = list(terms.rows)
    if not rows:
        return [_("In full, at any time")]
    while rows and rows[-1][1].percent == NOTHING:
        rows.pop()
    if not rows:
        return [_("Nothing goes back")]
    return [*(_line(ends_at, term, currency) for ends_at, term in rows), _("Nothing after that")]


def _line(ends_at: datetime, term: RefundTerm, currency: str) -> str:
    facts = {
        "when": dates.deadline(timezone.localtime(ends_at)),
        "percent": "" if term.percent is None else shown(term.percent),
        "fee": money.say(term.fee, currency),
    }
    begins = term.days_before == 0
    if term.gives_all:
        return (_("In full until the event begins") if begins else _("In full until %(when)s")) % facts
    if term.percent is not None:
        return (_("%(percent)s%% until the event begins") if begins else _("%(percent)s%% until %(when)s")) % facts
    if begins:
        return _("All but a fee of %(fee)s until the event begins") % facts
    return _("All but a fee of %(fee)s until %(when)s") % facts
