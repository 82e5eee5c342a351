"""What the calculation needs, read from the register: a constant number of statements, however many members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from psycopg.types.range import DateRange

from kring.dues.fees.owing import HouseholdFacts, MemberFacts, Own, Span
from kring.dues.fees.periods import DAY, Period
from kring.dues.fees.tables import ReductionRule, Row, SurchargeRule, Table, Tables
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, ReductionKind, SurchargedPeople
from kring.dues.models import FeeRow, FeeTable, MemberFee, Reduction, Surcharge, SurchargedMember
from kring.members.models import Guardian, Guardianship, Member, Membership, PlannedStatus, Season, StatusPeriod

# Of more members all rows are read, not those of each by its key.
MANY = 2000

type Members = QuerySet[Member] | Collection[int] | None


def tables() -> Tables:
    """All fee tables, reductions and surcharges of the organisation. Seven statements at most."""
    seasons = tuple(
        Period(PeriodKind.SEASON, each.begins_on, each.ends_on) for each in Season.objects.order_by("begins_on", "pk")
    )
    frequencies = MemberFee.objects.exclude(frequency="").order_by().values_list("frequency", flat=True).distinct()
    return Tables(
        tables=tuple(_tables(seasons)),
        reductions=tuple(_reduction(each) for each in Reduction.objects.order_by("valid_from", "pk")),
        surcharges=tuple(_surcharges()),
        seasons=seasons,
        frequencies=frozenset(PeriodKind(each) for each in frequencies),
    )


def _tables(seasons: tuple[Period, ...]) -> Iterator[Table]:
    rows = defaultdict[int, list[Row]](list)
    for each in FeeRow.objects.order_by("from_age"):
        rows[each.table_id].append(Row(each.from_age, each.to_age, each.amount))
    for table in FeeTable.objects.select_related("type"):
        yield as_table(table, rows[table.pk], seasons)


def as_table(table: FeeTable, rows: Iterable[Row], seasons: tuple[Period, ...] = ()) -> Table:
    return Table(
        id=table.pk,
        type=table.type_id,
        name=table.type.name,
        valid_from=table.valid_from,
        kind=PeriodKind(table.period),
        begins_on=table.begins_on,
        rows=tuple(rows),
        age_on=(table.age_month, table.age_day) if table.age_month and table.age_day else None,
        on_joining=ProRata(table.on_joining),
        on_leaving=ProRata(table.on_leaving),
        entry_fee=table.entry_fee,
        honorary_pay=table.honorary_pay,
        seasons=seasons,
    )


def _reduction(row: Reduction) -> ReductionRule:
    return ReductionRule(
        id=row.pk,
        words=row.names,
        amount=row.amount,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        type=row.type_id,
        kind=ReductionKind(row.kind),
        effect=ReductionEffect(row.effect),
        nth=row.nth or 0,
        or_later=row.or_later,
        under_age=row.under_age,
        per=PeriodKind(row.per),
        member=row.member_id,
        household=row.household_id,
    )


def _surcharges() -> Iterator[SurchargeRule]:
    chosen = defaultdict[int, set[int]](set)
    for surcharge, member in SurchargedMember.objects.values_list("surcharge", "member"):
        chosen[surcharge].add(member)
    for row in Surcharge.objects.order_by("valid_from", "pk"):
        yield SurchargeRule(
            id=row.pk,
            words=row.names,
            amount=row.amount,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            type=row.type_id,
            people=SurchargedPeople(row.people),
            once_per_household=row.once_per_household,
            members=frozenset(chosen[row.pk]),
        )


def facts(members: Members, period: Period) -> list[HouseholdFacts]:
    """Of the households of these members (by key, or a queryset; None: all who belong in the period), with all who live
    there: what one pays depends on the others. Five statements, and two more for those without an email."""
    people = _people(members, period)
    keys = [each.key for each in people]
    belongs = _by_member(StatusPeriod.objects.filter(state__in=Member.BELONG), "state", keys, members, period)
    types = _by_member(Membership.objects.all(), "type", keys, members, period)
    leaving = dict(_leaving(keys, members, period))
    own = {each.member_id: _own(each) for each in _of(MemberFee.objects.all(), keys, members)}
    homes, children = _reachable(people)
    found: dict[object, list[MemberFacts]] = defaultdict(list)
    for each in people:
        found[each.household or (each.key,)].append(
            MemberFacts(
                id=each.key,
                birth_date=each.birth_date,
                state=each.state,
                joined_on=each.joined_on,
                belongs=tuple(belongs[each.key]),
                types=tuple(types[each.key]),
                leaves_on=leaving.get(each.key),
                own=own.get(each.key),
                has_email=bool(each.email) or each.household in homes or each.key in children,
            )
        )
    return [HouseholdFacts(key if isinstance(key, int) else None, tuple(together)) for key, together in found.items()]


class Person(NamedTuple):
    key: int
    birth_date: date | None
    household: int | None
    state: str
    joined_on: date | None
    email: str


def _people(members: Members, period: Period) -> list[Person]:
    if members is None:
        periods = StatusPeriod.objects.filter(member=OuterRef("pk"), state__in=Member.BELONG)
        rows = Member.objects.filter(Exists(periods.filter(during__overlap=period.during)))
    else:
        asked = members if isinstance(members, QuerySet) else Member.objects.filter(pk__in=list(members))
        households = asked.order_by().filter(household__isnull=False).values("household")
        rows = Member.objects.filter(Q(pk__in=asked.order_by().values("pk")) | Q(household__in=households))
    found = rows.order_by("pk").values_list("pk", "birth_date", "household", "state", "joined_on", "email")
    return [Person(*each) for each in found]


def _of[Rows: QuerySet](rows: Rows, keys: Collection[int], members: Members) -> Rows:
    """Of these members only, unless they are so many that all are read."""
    return rows if members is None or len(keys) > MANY else rows.filter(member__in=keys)


def _by_member(
    rows: QuerySet, name: str, keys: Collection[int], members: Members, period: Period
) -> Mapping[int, list[tuple[Any, Span]]]:
    """State or type with the days of it in the period, in their order."""
    found = defaultdict[int, list[tuple[Any, Span]]](list)
    rows = _of(rows.filter(during__overlap=period.during), keys, members).order_by("during")
    for member, value, during in rows.values_list("member", name, "during"):
        found[member].append((value, _span(during, period)))
    return found


def _span(during: DateRange, period: Period) -> Span:
    """Of a range of days, which overlaps the period."""
    first = max(during.lower, period.start) if during.lower else period.start
    days = [day for day in (during.upper and during.upper - DAY, period.end) if day is not None]
    return Span(first, min(days, default=None))


def _leaving(keys: Collection[int], members: Members, period: Period) -> Iterator[tuple[int, date]]:
    """Last days of those whose exit is planned; the earliest plan decides."""
    rows = PlannedStatus.objects.filter(state__in=[Member.State.LEFT, Member.State.DECEASED])
    for member, day in _of(rows, keys, members).order_by("-on").values_list("member", "on"):
        yield member, day - DAY


def _own(row: MemberFee) -> Own:
    frequency = PeriodKind(row.frequency) if row.frequency else None
    return Own(row.amount, frequency, row.start_date, row.is_exempt, row.reason)


def _reachable(people: Iterable[Person]) -> tuple[set[int], set[int]]:
    """Of those without an email the households where somebody has one, and the members whose guardian has. Two
    statements, or none."""
    without = [each for each in people if not each.email]
    if not without:
        return set(), set()
    homes = {each.household for each in without if each.household} - {None}
    found = {each.household for each in people if each.email and each.household in homes}
    has_email = ~Q(email="") | ~Q(member__email="")
    guardians = Guardian.objects.filter(has_email, household__isnull=False).values_list("household", flat=True)
    found |= homes & set(guardians)
    rights = Guardianship.objects.in_force().filter(~Q(guardian__email="") | ~Q(guardian__member__email=""))
    return found - {None}, set(rights.values_list("child", flat=True))
