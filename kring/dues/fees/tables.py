"""Fee tables, reductions and surcharges as the calculation takes them: plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from kring.dues.fees.periods import Period, following, period_at
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, ReductionKind, SurchargedPeople

# Of one table.
MOST_ROWS = 12


@dataclass(frozen=True)
class Row:
    """The fee for these ages, both included. `to_age` None: no last one."""

    from_age: int
    to_age: int | None
    amount: Decimal

    @property
    def is_for_all(self) -> bool:
        return self.from_age == 0 and self.to_age is None

    def is_for(self, age: int | None) -> bool:
        if age is None:
            return self.is_for_all
        return self.from_age <= age and (self.to_age is None or age <= self.to_age)


@dataclass(frozen=True)
class Table:
    """One FeeTable. `type`: key of the membership type, `name`: what it is called."""

    id: int
    type: int
    name: str
    valid_from: date
    kind: PeriodKind
    begins_on: date
    rows: tuple[Row, ...]
    age_on: tuple[int, int] | None = None
    on_joining: ProRata = ProRata.NONE
    on_leaving: ProRata = ProRata.NONE
    entry_fee: Decimal = Decimal(0)
    honorary_pay: bool = False
    seasons: tuple[Period, ...] = ()

    def age_day(self, period: Period) -> date:
        """On which the age counts: that day of the calendar year in which the period begins, or its first day."""
        if self.age_on is None:
            return period.start
        month, day = self.age_on
        while True:
            try:
                return date(period.start.year, month, day)
            except ValueError:
                day -= 1


@dataclass(frozen=True)
class Dated:
    """From `valid_from` to `valid_until`, both included. `type` None: of all membership types."""

    id: int
    words: Mapping[str, str]
    amount: Decimal
    valid_from: date
    valid_until: date | None
    type: int | None

    def is_for(self, type_: int, day: date) -> bool:
        return (
            self.type in (None, type_)
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True)
class ReductionRule(Dated):
    kind: ReductionKind = ReductionKind.DECISION
    effect: ReductionEffect = ReductionEffect.AMOUNT
    nth: int = 0
    or_later: bool = False
    under_age: int = 18
    per: PeriodKind = PeriodKind.YEAR
    member: int | None = None
    household: int | None = None


@dataclass(frozen=True)
class SurchargeRule(Dated):
    people: SurchargedPeople = SurchargedPeople.EVERYBODY
    once_per_household: bool = False
    members: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Tables:
    """All that an organisation has, of all times."""

    tables: tuple[Table, ...]
    reductions: tuple[ReductionRule, ...] = ()
    surcharges: tuple[SurchargeRule, ...] = ()
    seasons: tuple[Period, ...] = ()
    # The other frequencies agreed with members.
    frequencies: frozenset[PeriodKind] = field(default_factory=frozenset)

    def in_force(self, type_: int, day: date) -> Table | None:
        """Of this type, for a period that begins on this day."""
        return next((each for each in self._by_type.get(type_, ()) if each.valid_from <= day), None)

    def of_kind(self, kind: ReductionKind) -> tuple[ReductionRule, ...]:
        return self._by_kind.get(kind, ())

    def decisions(self, member: int, household: int | None) -> tuple[ReductionRule, ...]:
        """For this member, their household, or everybody, in this order."""
        found = self._decisions
        return (
            found.get((member, None), ())
            + (found.get((None, household), ()) if household else ())
            + found.get((None, None), ())
        )

    @cached_property
    def _decisions(self) -> Mapping[tuple[int | None, int | None], tuple[ReductionRule, ...]]:
        found: dict[tuple[int | None, int | None], tuple[ReductionRule, ...]] = defaultdict(tuple)
        for each in self.of_kind(ReductionKind.DECISION):
            found[(each.member, each.household)] += (each,)
        return dict(found)

    @cached_property
    def _by_type(self) -> Mapping[int, list[Table]]:
        found = defaultdict(list)
        for each in sorted(self.tables, key=lambda table: table.valid_from, reverse=True):
            found[each.type].append(each)
        return dict(found)

    @cached_property
    def _by_kind(self) -> Mapping[ReductionKind, tuple[ReductionRule, ...]]:
        return {kind: tuple(each for each in self.reductions if each.kind == kind) for kind in ReductionKind}


def periods_of(table: Table, day: date) -> list[Period]:
    """The one of the table's periods that contains the day, and the next; those of seasons that the register has."""
    found = period_at(table.kind, table.begins_on, day, table.seasons)
    if found is None:
        return [each for each in table.seasons if each.start > day][:1] if table.kind == PeriodKind.SEASON else []
    later = following(found, table.begins_on, table.seasons)
    return [found, later] if later else [found]


def periods_on(tables: Tables, day: date) -> list[Period]:
    """All that anybody may pay for on this day, and the next ones: to choose from for a run. In their order."""
    found: set[Period] = set()
    for type_ in {each.type for each in tables.tables}:
        newest = tables.in_force(type_, date.max)
        for table in filter(None, {tables.in_force(type_, day), newest}):
            found.update(periods_of(table, day))
            for kind in tables.frequencies:
                own = period_at(kind, table.begins_on, day, tables.seasons)
                found.update(filter(None, [own, own and following(own, table.begins_on, tables.seasons)]))
    return sorted(found, key=lambda each: (each.start, each.end or date.max, each.kind))
