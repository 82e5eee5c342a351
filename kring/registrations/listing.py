"""The organiser's list: how many there are of each state, which stand on a page, and what it shows of them (R7).

At a hundred thousand rows no statement may look at more of each than its index holds: the keys of a page are found
first, along the index of what is sorted by, and only then what is shown of those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models import Value as V
from django.db.models.functions import Concat, Trim

from kring.events.models import Event
from kring.payments.models import Payment
from kring.registrations.columns import ANSWER, Column
from kring.registrations.filtering import Wanted, narrow
from kring.registrations.models import Answer, Registration, Searchable

# Up to so many are sorted as they are: it costs less than walking an index for them.
FEW = 5_000
STATES = list(Registration.State)


def _payments(**which: Any) -> QuerySet:
    """Of the order of an outer registration."""
    return Payment.objects.filter(order=OuterRef("line__order_id"), **which)


# What is sorted by where no index of words is: columns of the row itself, or of what it points to.
PLAIN: dict[str, list[Any]] = {
    "created_at": ["created_at"],
    "state": [Case(*(When(state=state, then=V(n)) for n, state in enumerate(STATES)), output_field=IntegerField())],
    "event": ["event__starts_at", "event__name"],
    "attraction": ["attraction__position", "attraction__name", "ticket_type__position"],
    "ticket_type": ["ticket_type__position", "ticket_type__name"],
    "profession": ["profession"],
    "price": ["line__amount"],
    "order_state": ["line__order__state"],
    "buyer": ["line__order__buyer_name"],
    "buyer_email": ["line__order__buyer_email"],
    "completed_at": ["completed_at"],
    "cancelled_at": ["cancelled_at"],
    "ticket": ["tickets__issued_at"],
    "admitted_at": ["tickets__admitted_at"],
    "admitted_where": ["tickets__admitted_where"],
    # Not the state of the payment that counts, which would be looked up for each: these are looked up all together.
    "payment": [
        Case(
            When(Exists(_payments(state=Payment.State.PAID)), then=V(0)),
            When(Exists(_payments(state__in=Payment.OPEN)), then=V(1)),
            When(Exists(_payments()), then=V(2)),
            output_field=IntegerField(),
        )
    ],
    "method": ["payment_method"],
}
WORDS = ("name", "email", "number")
NEWEST_FIRST = "-created_at"


@dataclass(frozen=True)
class Listing:
    """`sort` is the key of a column, with "-" before it the other way round; `event` None: those of all events."""

    wanted: Wanted
    event: Event | None = None
    sort: str = NEWEST_FIRST

    @property
    def _everything(self) -> QuerySet:
        rows = Registration.objects.all()
        rows = rows.filter(event=self.event) if self.event else rows
        return narrow(rows, self.wanted, self.event)

    @property
    def rows(self) -> QuerySet:
        """All that are wanted, in no order."""
        return self._everything.filter(state=self.wanted.state) if self.wanted.state else self._everything

    def counts(self) -> dict[str, int]:
        """How many there are of each state, whichever of them is wanted. One statement."""
        counted = self._everything.order_by().values_list("state").annotate(number=Count("pk"))
        return {str(state): number for state, number in counted}

    def total(self, counts: Mapping[str, int]) -> int:
        return counts.get(self.wanted.state, 0) if self.wanted.state else sum(counts.values())

    def keys(self, offset: int, limit: int, total: int) -> list[int]:
        """Of one page, in order. `total`: how many there are in all. One statement, rarely three."""
        key, descending = self.sort.removeprefix("-"), self.sort.startswith("-")
        words = _words_of(key, self.event)
        if words is None or total <= FEW:
            return list(self.ordered().values_list("pk", flat=True)[offset : offset + limit])
        return self._walk(words, _index_order(key, descending), offset, limit, total)

    def ordered(self) -> QuerySet:
        """All of them in order; who has nothing to be sorted by comes last."""
        key, descending = self.sort.removeprefix("-"), self.sort.startswith("-")
        if key in PLAIN:
            rows = with_payments(self.rows) if key == "method" else self.rows
            order = [F(each) if isinstance(each, str) else each for each in PLAIN[key]]
        elif (words := _words_of(key, self.event)) is not None:
            column = "sort" if key.startswith(ANSWER) else key
            mine = words.filter(registration=OuterRef("pk")).values(column)[:1]
            rows, order = self.rows.annotate(sorted_by=Subquery(mine)), [F("sorted_by")]
        else:
            rows, order = self.rows, []
        last = {"nulls_last": True} if key not in ("created_at",) else {}
        asked = [each.desc(**last) if descending else each.asc(**last) for each in order]
        return rows.order_by(*asked, "-pk")

    def _walk(self, words: QuerySet, order: list[str], offset: int, limit: int, total: int) -> list[int]:
        """Along the index of these words; after all of it those who are not in it."""
        if not self._is_everybody:
            words = words.filter(registration__in=self.rows.values("pk"))
        walked = words.order_by(*order).values_list("registration_id", flat=True)
        found = list(walked[offset : offset + limit])
        if len(found) == limit or offset + len(found) >= total:
            return found
        in_it = offset + len(found) if found else words.count()
        rest = self.rows.filter(~Exists(words.filter(registration=OuterRef("pk")))).order_by("-pk")
        begin = max(offset - in_it, 0)
        return found + list(rest.values_list("pk", flat=True)[begin : begin + limit - len(found)])

    @property
    def _is_everybody(self) -> bool:
        return self.wanted == Wanted()


def _words_of(key: str, event: Event | None) -> QuerySet | None:
    """The rows that `key` is sorted by along an index; None for what has none."""
    rows: Any
    if key in WORDS:
        rows = Searchable.objects.all()
    elif key.startswith(ANSWER):
        rows = Answer.objects.filter(name=key.removeprefix(ANSWER))
    else:
        return None
    return rows.filter(event=event) if event else rows


def _index_order(key: str, descending: bool) -> list[str]:
    sign = "-" if descending else ""
    return [f"{sign}{'sort' if key.startswith(ANSWER) else key}", f"{sign}registration_id"]


class ObjectAgg(Aggregate):
    """{first: second} of all rows."""

    function = "jsonb_object_agg"
    output_field = JSONField()


def with_payments(rows: QuerySet) -> QuerySet:
    """Of each order the payment that counts: received, else in progress, else the latest attempt."""
    rank = Case(When(state=Payment.State.PAID, then=0), When(state__in=Payment.OPEN, then=1), default=2)
    mine = Payment.objects.filter(order=OuterRef("line__order_id")).order_by(rank, "-created_at", "-pk")
    return rows.annotate(
        payment_state=Subquery(mine.values("state")[:1]), payment_method=Subquery(mine.values("method")[:1])
    )


def with_columns(rows: QuerySet, columns: Sequence[Column]) -> QuerySet:
    """Rows as dictionaries that hold what these columns need, and no more."""
    sources = {column.source for column in columns if not column.is_answer}
    names = [column.source for column in columns if column.is_answer]
    if "event_name" in sources:
        rows = rows.annotate(event_name=Trim(Concat("event__name", V(" "), "event__edition")))
    if sources & {"payment_state", "payment_method"} and "payment_state" not in rows.query.annotations:
        rows = with_payments(rows)
    if names:
        said = Answer.objects.filter(registration=OuterRef("pk"), name__in=names).order_by().values("registration")
        rows = rows.annotate(said=Subquery(said.annotate(all=ObjectAgg("name", "text")).values("all")))
    always = {"pk", "state", "attendee_name", "attendee_email", "line__order__currency"}
    return rows.values(*sorted(always | sources | ({"said"} if names else set())))


def fetch(keys: Sequence[int], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """What these columns show of these registrations, in this order. One statement."""
    rows = with_columns(Registration.objects.filter(pk__in=keys), columns)
    found = {row["pk"]: row for row in rows}
    return [found[key] for key in keys if key in found]


def stream(listing: Listing, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """All rows of a list in its order, from a cursor of the database: one statement, however many they are."""
    return with_columns(listing.ordered(), columns).iterator(chunk_size=2_000)
