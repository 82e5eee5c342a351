"""The day of joining, corrected: the periods of status and type follow the column, so that both say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from psycopg.types.range import DateRange

from kring.members.models import Member, Membership, StatusPeriod

# By member's id: the day as it was, and as it is.
type Days = Mapping[int, tuple[date | None, date | None]]
BATCH = 1000


def follow(days: Days) -> None:
    """Begin the time as a member, and its type, on the new day; the period before gives way, or reaches up to it.

    What would leave another period without a day stays as it is. Six statements per thousand members at most.
    """
    if days:
        statuses = list(StatusPeriod.objects.filter(member__in=days))
        moved = _moved(statuses, {each.pk for each in statuses if each.state in Member.BELONG}, days, fills=True)
        for changed in moved:
            StatusPeriod.objects.bulk_update(changed, ["during"], batch_size=BATCH)
        memberships = list(Membership.objects.filter(member__in=days))
        for held in _moved(memberships, {each.pk for each in memberships}, days, fills=False):
            Membership.objects.bulk_update(held, ["during"], batch_size=BATCH)


def _moved[Row: (StatusPeriod, Membership)](
    rows: Iterable[Row], meant: Collection[int], days: Days, *, fills: bool
) -> tuple[list[Row], list[Row]]:
    """Those that become shorter, to be written first, and those that become longer: no two ever overlap.

    `meant`: the periods, by key, that can begin on the day. `fills`: the period before reaches up to it.
    """
    of_member = defaultdict[int, list[Row]](list)
    for period in rows:
        of_member[period.member_id].append(period)
    shorter, longer = list[Row](), list[Row]()
    for pk, periods in of_member.items():
        old, new = days[pk]
        periods.sort(key=lambda period: period.during.lower or date.min)
        place = next((n for n, each in enumerate(periods) if each.during.lower == old and each.pk in meant), None)
        if place is None:
            continue
        first, before = periods[place], periods[place - 1] if place else None
        if not _fits(first, before, new):
            continue
        is_later = new is not None and (old is None or new > old)
        first.during = DateRange(new, first.during.upper)
        (shorter if is_later else longer).append(first)
        if before is not None and (fills or (before.during.upper or date.max) > (new or date.min)):
            before.during = DateRange(before.during.lower, new)
            (longer if is_later else shorter).append(before)
    return shorter, longer


def _fits(first: StatusPeriod | Membership, before: StatusPeriod | Membership | None, new: date | None) -> bool:
    """Whether each of the two keeps a day."""
    if new is not None and first.during.upper is not None and new >= first.during.upper:
        return False
    return before is None or (new is not None and new > (before.during.lower or date.min))
