"""Figures of the last 30 days, a number for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Expression, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from kring.core import dates

DAYS = 30

type Days = list[tuple[date, int | Decimal]]


def first_day() -> date:
    return timezone.localdate() - timedelta(days=DAYS - 1)


def since() -> datetime:
    """Midnight, where the organisation is, of the first of the days."""
    return dates.beginning(first_day())


def per_day(rows: QuerySet, moment: str, number: Expression | None = None) -> Days:
    """How many rows, or what `number` says of them, by the day of `moment`. One statement."""
    recent = rows.filter(**{f"{moment}__gte": since()}).order_by()
    counted = recent.annotate(day=TruncDate(moment)).values("day").annotate(number=number or Count("pk"))
    return filled(counted.values_list("day", "number"))


def filled(counted: Iterable[tuple[date | None, int | Decimal | None]]) -> Days:
    """Each of the days, also those on which nothing happened."""
    numbers = dict(counted)
    days = [first_day() + timedelta(days=n) for n in range(DAYS)]
    return [(day, numbers.get(day) or 0) for day in days]


def total(days: Days) -> int | Decimal:
    return sum(number for _day, number in days)


def today(days: Days) -> int | Decimal:
    return days[-1][1]
