"""The treasurer's figures: what was asked for, came in, is under way, went wrong; what is still expected (C2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.utils import timezone

from kring.dues.models import Contribution
from kring.members.models import MembershipType

NOTHING = Decimal(0)
EXPECTED_DAYS = 183


@dataclass
class Sums:
    """`due`: corrections included. `overdue` and `returned` are parts of `left`; `returned`: the last payment failed
    or was taken back."""

    number: int = 0
    due: Decimal = NOTHING
    paid: Decimal = NOTHING
    pending: Decimal = NOTHING
    left: Decimal = NOTHING
    overdue: Decimal = NOTHING
    returned: Decimal = NOTHING

    def add(self, other: Group, *, is_late: bool) -> None:
        for name in ("number", "due", "paid", "pending", "left", "returned"):
            setattr(self, name, getattr(self, name) + (getattr(other, name) or 0))
        self.overdue += other.left if is_late else 0


class Group(NamedTuple):
    """Of one type and day."""

    type: int
    due_on: date
    number: int
    due: Decimal
    paid: Decimal
    pending: Decimal
    left: Decimal
    returned: Decimal | None


@dataclass(frozen=True)
class Figures:
    """In the order of the types, and of the months. `expected`: what is to come, by month, from this one on."""

    total: Sums
    by_type: list[tuple[str, Sums]]
    by_month: list[tuple[date, Sums]]
    expected: list[tuple[date, Decimal]] = field(default_factory=list)


def of_year(year: int) -> Figures:
    """Of what is due in it. Two statements, one of them over what is due in the year and in the half year to come."""
    first, last, today = date(year, 1, 1), date(year, 12, 31), timezone.localdate()
    until = today + timedelta(days=EXPECTED_DAYS)
    total, types, months = Sums(), defaultdict[int, Sums](Sums), defaultdict[date, Sums](Sums)
    expected = defaultdict[date, Decimal](Decimal)
    for row in _grouped(Q(due_on__range=(first, last)) | Q(due_on__range=(today, until), left__gt=0)):
        month = row.due_on.replace(day=1)
        if first <= row.due_on <= last:
            for sums in (total, types[row.type], months[month]):
                sums.add(row, is_late=row.due_on < today)
        if row.left and today <= row.due_on <= until:
            expected[month] += row.left
    names = MembershipType.objects.filter(pk__in=types).values_list("pk", "name") if types else []
    by_type = [(name, types[key]) for key, name in names]
    return Figures(total, by_type, sorted(months.items()), sorted(expected.items()))


def _grouped(which: Q) -> Iterable[Group]:
    """By day: months of so many days take the database longer than this takes us."""
    found = Contribution.objects.standing().filter(which).order_by().values("type", "due_on")
    sums = {
        "number": Count("pk"),
        "due": Sum("amount"),
        "paid": Sum("received"),
        "pending": Sum("pending"),
        "left": Sum("left"),
        "returned": Sum("left", filter=Q(failed_at__isnull=False)),
    }
    found = found.annotate(**{f"sum_{name}": each for name, each in sums.items()})
    return (Group(*row) for row in found.values_list("type", "due_on", *(f"sum_{name}" for name in sums)))
