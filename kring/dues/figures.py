"""The treasurer's figures: what was asked for, came in, is under way, went wrong; what is still expected (C2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from kring.dues.models import Contribution
from kring.members.models import MembershipType

NOTHING = Decimal(0)


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

    def add(self, other: Group) -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + (getattr(other, name) or 0))


class Group(NamedTuple):
    """Of one type and month."""

    type: int
    month: date
    number: int
    due: Decimal
    paid: Decimal
    pending: Decimal
    left: Decimal
    overdue: Decimal | None
    returned: Decimal | None


@dataclass(frozen=True)
class Figures:
    """In the order of the types, and of the months. `expected`: what is to come, by month, from this one on."""

    total: Sums
    by_type: list[tuple[str, Sums]]
    by_month: list[tuple[date, Sums]]
    expected: list[tuple[date, Decimal]] = field(default_factory=list)


def of_year(year: int) -> Figures:
    """Of what is due in it. Three statements, each along an index."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    today = timezone.localdate()
    total, types, months = Sums(), dict[int, Sums](), dict[date, Sums]()
    for row in _grouped(first, last, today):
        for sums in (total, types.setdefault(row.type, Sums()), months.setdefault(row.month, Sums())):
            sums.add(row)
    names = MembershipType.objects.filter(pk__in=types).values_list("pk", "name") if types else []
    by_type = [(name, types[key]) for key, name in names]
    return Figures(total, by_type, sorted(months.items()), list(_expected(today)))


def _grouped(first: date, last: date, today: date) -> Iterable[Group]:
    rows = Contribution.objects.standing().filter(due_on__range=(first, last)).order_by()
    found = rows.values("type", month=TruncMonth("due_on")).annotate(
        sum_number=Count("pk"),
        sum_due=Sum("amount"),
        sum_paid=Sum("received"),
        sum_pending=Sum("pending"),
        sum_left=Sum("left"),
        sum_overdue=Sum("left", filter=Q(due_on__lt=today)),
        sum_returned=Sum("left", filter=Q(failed_at__isnull=False)),
    )
    return (Group(*row) for row in found.values_list("type", "month", *(f"sum_{name}" for name in Group._fields[2:])))


def _expected(today: date) -> Iterable[tuple[date, Decimal]]:
    """For half a year: with what is overdue in none of them."""
    until = today + timedelta(days=183)
    rows = Contribution.objects.owing().filter(due_on__range=(today, until)).order_by()
    found: Iterable[tuple[date, Decimal]] = (
        rows.values(month=TruncMonth("due_on")).annotate(sum=Sum("left")).order_by("month").values_list("month", "sum")
    )
    return found
