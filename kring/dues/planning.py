"""What a run would make: the dry run, and what it then writes. Nothing is written here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from psycopg.types.range import DateRange

from kring.dues import fees
from kring.dues.fees import HouseholdFacts, LeftOut, Owed, OwedKind, Period, Tables
from kring.dues.models import Contribution
from kring.members.models import Member

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Due:
    """What is to be made of `owed`, from the member's first day in the period: of an entry fee that day."""

    owed: Owed
    during: DateRange
    type: int

    @property
    def kind(self) -> str:
        return Contribution.Kind.ENTRY if self.owed.kind == OwedKind.ENTRY else Contribution.Kind.PERIOD


@dataclass
class Plan:
    """`due` by household. `existing`: members who have one already; `left_out`: why nothing is made of whom."""

    period: Period
    due: list[list[Due]] = field(default_factory=list)
    existing: set[int] = field(default_factory=set)
    left_out: list[Owed] = field(default_factory=list)
    # Members who are charged now and were not for the time just before; and the other way about.
    joiners: list[int] = field(default_factory=list)
    leavers: list[int] = field(default_factory=list)

    @property
    def all_due(self) -> Iterator[Due]:
        return (due for household in self.due for due in household)

    @property
    def number(self) -> int:
        return sum(len(household) for household in self.due)

    @property
    def members(self) -> int:
        return len({due.owed.member for due in self.all_due})

    @property
    def total(self) -> Decimal:
        return sum((due.owed.amount for due in self.all_due), NOTHING)

    @property
    def by_type(self) -> list[tuple[int, str, int, Decimal]]:
        """(type, kind, how many, sum), in the order in which they come."""
        numbers: Counter[tuple[int, str]] = Counter()
        sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        for due in self.all_due:
            numbers[due.type, due.kind] += 1
            sums[due.type, due.kind] += due.owed.amount
        return [(*key, number, sums[key]) for key, number in numbers.items()]

    @property
    def reasons(self) -> dict[str, int]:
        return dict(Counter(str(each.reason_left_out.value) for each in self.left_out if each.reason_left_out))


def plan(
    period: Period, *, types: Collection[int] = (), members: Collection[int] | None = None, known: Tables | None = None
) -> Plan:
    """`types`: only these membership types; `members`: only these, with whom they live. About ten statements."""
    known = known or fees.tables()
    charged = charged_in(period, members)
    entries = _entry_fees(period)
    found = Plan(period)
    for household in fees.facts(members, period):
        _add(found, household, known, charged, entries, types)
    if members is None:
        before = _charged_before(period)
        now = {due.owed.member for due in found.all_due} | found.existing
        found.joiners = sorted(now - before) if before else []
        found.leavers = sorted(before - now)
    return found


def _add(
    found: Plan,
    household: HouseholdFacts,
    known: Tables,
    charged: Mapping[int, Decimal],
    entries: Collection[tuple[int, date]],
    types: Collection[int],
) -> None:
    mine = []
    found.existing.update(each.id for each in household.members if each.id in charged)
    for owed in fees.work_out(household, known, found.period, charged):
        if owed.reason_left_out is not None:
            if owed.reason_left_out != LeftOut.NOT_A_MEMBER and owed.member not in charged:
                found.left_out.append(owed)
            continue
        due = _due(owed, found.period)
        if types and due.type not in types:
            continue
        if due.kind != Contribution.Kind.ENTRY or (owed.member, due.during.lower) not in entries:
            mine.append(due)
    if mine:
        found.due.append(mine)


def _due(owed: Owed, period: Period) -> Due:
    assert owed.type is not None
    if owed.kind == OwedKind.ENTRY:
        day = owed.first or period.start
        return Due(owed, DateRange(day, day + timedelta(days=1)), owed.type)
    return Due(owed, period.during, owed.type)


def charged_in(period: Period, members: Collection[int] | None = None) -> dict[int, Decimal]:
    """By member: what they were charged for it before, corrections included. One statement."""
    rows = Contribution.objects.standing().filter(during__overlap=period.during)
    rows = rows.exclude(kind=Contribution.Kind.ENTRY).order_by()
    if members is not None:
        homes = Member.objects.filter(pk__in=list(members), household__isnull=False).values("household")
        rows = rows.filter(member__in=list(members)) | rows.filter(member__household__in=homes)
    return dict(rows.values_list("member").annotate(Sum("amount")))


def _entry_fees(period: Period) -> set[tuple[int, date]]:
    rows = Contribution.objects.standing().filter(kind=Contribution.Kind.ENTRY, during__overlap=period.during)
    return {(member, during.lower) for member, during in rows.values_list("member", "during")}


def _charged_before(period: Period) -> set[int]:
    """For the day before it begins."""
    day = period.start - timedelta(days=1)
    rows = Contribution.objects.standing().filter(kind=Contribution.Kind.PERIOD, during__contains=day)
    return set(rows.values_list("member", flat=True))


def without_existing(piece: Sequence[Due]) -> list[Due]:
    """Of these, under the lock. One statement."""
    if not piece:
        return []
    last = max(due.during.upper or date.max for due in piece)
    days = DateRange(min(due.during.lower or date.min for due in piece), None if last == date.max else last)
    members = [due.owed.member for due in piece]
    rows = Contribution.objects.standing().filter(member__any_of=members, during__overlap=days)
    rows = rows.exclude(kind=Contribution.Kind.CORRECTION)
    there: dict[tuple[int, str], list[DateRange]] = defaultdict(list)
    for member, kind, during in rows.values_list("member", "kind", "during"):
        there[member, kind].append(during)
    return [due for due in piece if not any(_overlap(due.during, each) for each in there[due.owed.member, due.kind])]


def _overlap(one: DateRange, other: DateRange) -> bool:
    first, last = (one.lower or date.min, one.upper or date.max)
    return first < (other.upper or date.max) and (other.lower or date.min) < last
