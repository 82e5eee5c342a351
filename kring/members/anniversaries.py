"""Jubilees and birthdays of members (issue 12, point 11)."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    RowRange,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, ExtractYear

from kring.core.dates import age_at
from kring.members.models import Member, StatusPeriod

# A year, so that every day of the calendar comes once.
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Anniversary:
    """So many `years` on that `day`."""

    member: Member
    day: date
    years: int


def jubilees(year: int, years: Collection[int], *, among: QuerySet[Member] | None = None) -> list[Anniversary]:
    """Those who in this year complete so many years as a member, in the order of the days. One statement.

    Years of an interruption do not count: whoever was away for a year celebrates a year later. Whoever left, or died,
    before the day is not among them. Of those whose first day is not known nobody can tell: see `unknown_since`.
    """
    found = []
    periods = _with_their_beginning(year, years)
    for period in periods if among is None else periods.filter(member__in=among.values("pk")):
        began: date = period.counted_from  # type: ignore[attr-defined]
        day = in_year(began, year)
        if (period.during.lower or date.min) <= day and (period.during.upper is None or day < period.during.upper):
            found.append(Anniversary(period.member, day, year - began.year))
    return sorted(found, key=lambda each: (each.day, each.member.sorting, each.member.pk))


def _with_their_beginning(year: int, years: Collection[int]) -> QuerySet[StatusPeriod]:
    """Periods as a member with `counted_from`: the day they would have joined on without the interruptions."""
    earlier = Window(
        Sum(Func(F("during"), template="upper(%(expressions)s) - lower(%(expressions)s)", output_field=IntegerField())),
        partition_by=F("member"),
        order_by=F("during").asc(),
        frame=RowRange(start=None, end=-1),
    )
    days = Cast(Coalesce(earlier, Value(0)), IntegerField())
    counted_from = ExpressionWrapper(F("during__startswith") - days, output_field=DateField())
    rows = StatusPeriod.objects.filter(~Exists(_since_ever(OuterRef("member"))), state__in=Member.BELONG)
    rows = rows.annotate(counted_from=counted_from, first_year=ExtractYear("counted_from"))
    found: QuerySet[StatusPeriod] = rows.filter(first_year__in=[year - each for each in years]).select_related("member")
    return found


def unknown_since(day: date) -> int:
    """How many members of that day joined on a day nobody knows. One statement."""
    known = StatusPeriod.objects.filter(state__in=Member.BELONG, during__contains=day)
    return known.filter(Exists(_since_ever(OuterRef("member")))).count()


def _since_ever(member: OuterRef) -> QuerySet[StatusPeriod]:
    found: QuerySet[StatusPeriod] = StatusPeriod.objects.filter(
        member=member, state__in=Member.BELONG, during__lower_inf=True
    )
    return found


def birthdays(first: date, last: date, *, every: int = 1, among: QuerySet[Member] | None = None) -> list[Anniversary]:
    """Of present members in these days, a year at most, in their order; `every` so many years.

    Somebody born on 29 February celebrates on the 28th where there is no 29th, as ages are counted everywhere.
    """
    last = min(last, first + LONGEST - timedelta(days=1))
    found = []
    members = Member.objects.current().filter(_born_on(first, last))
    for member in members if among is None else members.filter(pk__in=among.values("pk")):
        day = next(
            day
            for day in (in_year(member.birth_date, year) for year in (first.year, last.year))
            if first <= day <= last
        )
        years = age_at(member.birth_date, day)
        if years > 0 and years % every == 0:
            found.append(Anniversary(member, day, years))
    return sorted(found, key=lambda each: (each.day, each.member.sorting, each.member.pk))


def _born_on(first: date, last: date) -> Q:
    """By month, and by day in the months that count in part."""
    wanted = Q(pk=None)
    for month, days in _months(first, last):
        wanted |= Q(birth_date__month=month, birth_date__day__in=days)
    return wanted


def _months(first: date, last: date) -> Iterator[tuple[int, list[int]]]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    pairs = {(day.month, day.day) for day in days}
    if any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in days):
        pairs.add((2, 29))
    for month in sorted({month for month, _day in pairs}):
        yield month, sorted(day for each, day in pairs if each == month)


def in_year(began: date, year: int) -> date:
    """The same day in another year."""
    try:
        return began.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
