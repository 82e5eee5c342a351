"""The organiser's list: how many there are of each state, the rows of a page, and what it shows of them (R7).

At a hundred thousand rows each may be looked at once, in `Listed`, and no other table of that size more than must be:
the keys of a page are found first, and only then what is shown of those. The whole list is walked along an index where
there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    IntegerField,
    JSONField,
    OrderBy,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models import Value as V
from django.db.models.functions import Coalesce, Concat, Trim

from kring.events.models import Event
from kring.payments.models import Payment
from kring.registrations.columns import ANSWER, Column, Row
from kring.registrations.filtering import AnswerOf, RegistrationFilter, narrow
from kring.registrations.models import Answer, Listed, Registration, Searchable
from kring.registrations.on_site import open_in_parts

# What is sorted by where it is not the column of the same name in `Listed`.
PATHS: dict[str, list[str]] = {
    "event": ["event__starts_at", "event__name"],
    "attraction": ["attraction__position", "attraction__name", "ticket_type__position"],
    "ticket_type": ["ticket_type__position", "ticket_type__name"],
    "team": ["registration__team__name"],
    "ticket": ["issued_at"],
    "base": ["registration__line__base"],
    # By how long it has been, or will be, open.
    "still_open": ["registration__line__order__next_due_on"],
    "next_due_on": ["registration__line__order__next_due_on"],
    "price_rules": ["registration__line__trace"],
}
# What is sorted by in the order of these.
RANKS: dict[str, list[tuple[str, ...]]] = {
    "state": [(state,) for state in Registration.State],
    "payment": [(Payment.State.PAID,), tuple(Payment.OPEN), (Payment.State.FAILED, Payment.State.CANCELLED)],
}
WORDS = ("name", "email", "number")
NEWEST_FIRST = "-created_at"
ROWS_AT_ONCE = 100

# Filters differ by a factor of a hundred thousand in how many rows they find: each statement is planned for its own
# values, and its result is held in memory.
SETTINGS = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '64MB', true)"
# Each row is looked at once, to count it and to find its place.
LOOK = """
WITH matching (key, state, {names}) AS MATERIALIZED ({matching})
SELECT state, count(*), NULL FROM matching GROUP BY state
UNION ALL
SELECT '', 0, ARRAY(SELECT key FROM matching WHERE {which} ORDER BY {order} LIMIT %s OFFSET %s)
"""


@dataclass(frozen=True)
class Look:
    """`counts` of each state, whichever of them is wanted; `keys` of one page, in order."""

    counts: dict[str, int]
    keys: list[int]


@dataclass(frozen=True)
class Listing:
    """`sort` is the key of a column, with "-" before it the other way round; `event` None: those of all events."""

    wanted: RegistrationFilter
    event: Event | None = None
    sort: str = NEWEST_FIRST

    @property
    def _everything(self) -> QuerySet:
        rows = Listed.objects.filter(event=self.event) if self.event else Listed.objects.all()
        return narrow(rows, self.wanted, self.event)

    @property
    def _rows(self) -> QuerySet:
        """All that are wanted, in no order."""
        return self._everything.filter(state=self.wanted.state) if self.wanted.state else self._everything

    def total(self, counts: Mapping[str, int]) -> int:
        return counts.get(self.wanted.state, 0) if self.wanted.state else sum(counts.values())

    def look(self, offset: int, limit: int) -> Look:
        """How many there are, and the rows at that offset. Two statements, rarely four."""
        if self.wanted == RegistrationFilter() and (walk := self._walk()) is not None:
            counts = self._counts()
            return Look(counts, _walked(*walk, offset, limit, self.total(counts)))
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            cursor.execute(*self._statement(offset, limit))
            *counted, (_state, _number, keys) = cursor.fetchall()
        return Look({state: number for state, number, _keys in counted}, keys)

    def _statement(self, offset: int, limit: int) -> tuple[str, list[Any]]:
        by = _sorted_by(self.sort)
        names = [f"by_{number}" for number in range(len(by))]
        rows = self._everything.order_by().annotate(**dict(zip(names, by, strict=True)))
        matching, values = rows.values_list("registration_id", "state", *names).query.sql_with_params()
        direction, which = ("DESC", "ASC")[not self._is_descending], "state = %s" if self.wanted.state else "true"
        order = ", ".join([*(f"{name} {direction} NULLS LAST" for name in names), "key DESC"])
        sql = LOOK.format(names=", ".join(names), matching=matching, which=which, order=order)
        return sql, [*values, *([self.wanted.state] if self.wanted.state else []), limit, offset]

    def ordered(self) -> QuerySet:
        """Rows of `Listed`, filtered, in order; rows without a value to sort by come last."""
        return self._rows.order_by(*_in_order(_sorted_by(self.sort), self._is_descending), "-registration_id")

    def registrations(self) -> QuerySet:
        """The same as rows of `Registration`."""
        rows = Registration.objects.filter(pk__in=self._rows.values("registration_id"))
        return rows.order_by(
            *_in_order(_sorted_by(self.sort, at="listed__"), self._is_descending),
            "-listed__registration_id",
        )

    def all_keys(self) -> list[int]:
        return list(self.ordered().values_list("registration_id", flat=True))

    def _counts(self) -> dict[str, int]:
        counted = self._registrations.order_by().values_list("state").annotate(number=Count("pk"))
        return {str(state): number for state, number in counted}

    def _walk(self) -> tuple[QuerySet, QuerySet] | None:
        """The keys of those in the index of what is sorted by, along it, and of the others; None: there is none."""
        if self.sort == NEWEST_FIRST:
            return self._registrations.order_by("-created_at", "-pk").values_list(
                "pk", flat=True
            ), Registration.objects.none()
        key, by = self.sort.removeprefix("-"), self.sort
        rows: QuerySet
        if key in WORDS:
            rows = Searchable.objects.filter(event=self.event) if self.event else Searchable.objects.all()
        elif key.startswith(ANSWER) and self.event:
            rows, by = Answer.objects.filter(event=self.event, name=key.removeprefix(ANSWER)), f"{self._sign}sort"
        else:
            return None
        others = self._registrations.filter(~Exists(rows.filter(registration=OuterRef("pk"))))
        walked = rows.order_by(by, f"{self._sign}registration_id").values_list("registration_id", flat=True)
        return walked, others.order_by("-pk").values_list("pk", flat=True)

    @property
    def _registrations(self) -> QuerySet:
        """All, whatever is wanted."""
        return Registration.objects.filter(event=self.event) if self.event else Registration.objects.all()

    @property
    def _is_descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def _sign(self) -> str:
        return "-" if self._is_descending else ""


def _walked(along: QuerySet, others: QuerySet, offset: int, limit: int, total: int) -> list[int]:
    keys = list(along[offset : offset + limit])
    if len(keys) == limit or offset + len(keys) >= total:
        return keys
    begin = 0 if keys else offset - along.count()
    return keys + list(others[begin : begin + limit - len(keys)])


def _sorted_by(sort: str, at: str = "") -> list[Expression | F]:
    """`at` leads to `Listed`."""
    key = sort.removeprefix("-")
    if key.startswith(ANSWER):
        return [AnswerOf(key.removeprefix(ANSWER), at)]
    if key in RANKS:
        ranks = (When(**{f"{at}{key}__in": values}, then=V(rank)) for rank, values in enumerate(RANKS[key]))
        return [Case(*ranks, output_field=IntegerField())]
    return [F(at + path) for path in PATHS.get(key, [key])]


def _in_order(by: Sequence[Expression | F], is_descending: bool) -> list[OrderBy]:
    return [each.desc(nulls_last=True) if is_descending else each.asc(nulls_last=True) for each in by]


class ObjectAgg(Aggregate):
    """{first: second} of all rows."""

    function = "jsonb_object_agg"
    output_field = JSONField()


def with_columns(rows: QuerySet, columns: Sequence[Column]) -> QuerySet:
    """Rows as dictionaries that hold what these columns need, and no more."""
    sources = {column.source for column in columns if not column.is_answer}
    names = [column.source for column in columns if column.is_answer]
    if "event_name" in sources:
        rows = rows.annotate(event_name=Trim(Concat("event__name", V(" "), "event__edition", output_field=CharField())))
    if "price_before" in sources:
        rows = rows.annotate(price_before=Coalesce("line__base", "line__amount"))
    if "still_open" in sources:
        rows = rows.annotate(still_open=open_in_parts("line__order__"))
    if names:
        answers = Answer.objects.filter(registration=OuterRef("pk"), name__in=names).order_by().values("registration")
        rows = rows.annotate(answer_texts=Subquery(answers.annotate(all=ObjectAgg("name", "text")).values("all")))
    always = {"pk", "state", "attendee_name", "attendee_email", "line__order__currency"}
    return rows.values(*sorted(always | sources | ({"answer_texts"} if names else set())))


def fetch(keys: Sequence[int], columns: Sequence[Column]) -> list[Row]:
    """What these columns show of these registrations, in this order. One statement."""
    rows = with_columns(Registration.objects.filter(pk__in=keys), columns)
    found = {row["pk"]: row for row in rows}
    return [found[key] for key in keys if key in found]


def stream(listing: Listing, columns: Sequence[Column]) -> Iterator[Row]:
    """All rows of a list in its order, as they come from the database: one statement, however many they are.

    Not by a database cursor, which costs a query for each part. No other statement until the last row is read.
    """
    compiler = with_columns(listing.registrations(), columns).query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    names = list(compiler.query.selected)
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        with connection.wrap_database_errors:
            found = cursor.cursor.stream(sql, values, size=ROWS_AT_ONCE)
            for row in compiler.results_iter(results=[found], tuple_expected=True):
                yield dict(zip(names, row, strict=True))
