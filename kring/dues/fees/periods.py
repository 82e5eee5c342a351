"""The periods that members pay for: pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from kring.core import dates
from kring.dues.kinds import PeriodKind
from kring.dues.models.fees import EARLIEST, LATEST

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """First and last day, both included; no last one of what is paid once."""

    kind: PeriodKind
    start: date
    end: date | None

    @property
    def during(self) -> DateRange:
        """As the database has it: without its last day."""
        return DateRange(self.start, None if self.end is None else self.end + DAY)

    @property
    def months(self) -> int:
        """Begun in it, counted from its first day; 0 without an end."""
        return 0 if self.end is None else months_between(self.start, self.end) + 1

    @property
    def days(self) -> int:
        return 0 if self.end is None else (self.end - self.start).days + 1

    def __str__(self) -> str:
        """`2026`, `July 2026`, `1 July 2026 – 30 June 2027`, in the active language."""
        if self.end is None:
            return _("once, from %(day)s") % {"day": dates.plain_day(self.start)}
        if (self.start, self.end) == (date(self.start.year, 1, 1), date(self.start.year, 12, 31)):
            return str(self.start.year)
        if self.start.day == 1 and self.months == 1 and (self.end + DAY).day == 1:
            return dates.month(self.start)
        return f"{dates.plain_day(self.start)} – {dates.plain_day(self.end)}"


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the last there is: 29 February of a year without one is the 28th."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def months_between(start: date, day: date) -> int:
    """Whole months from `start` until the day, counted as `months_later` does."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months - (months_later(start, months) > day)


@lru_cache(maxsize=1024)
def period_at(kind: PeriodKind, begins_on: date, day: date, seasons: tuple[Period, ...] = ()) -> Period | None:
    """The one that contains the day, where periods are counted from `begins_on`. None: no season does, or nothing is
    paid before the day from which something is paid once."""
    if kind == PeriodKind.ONCE:
        return Period(kind, begins_on, None) if day >= begins_on else None
    if kind == PeriodKind.SEASON:
        return next((each for each in seasons if each.end is not None and each.start <= day <= each.end), None)
    if not EARLIEST <= day <= LATEST:
        return None
    number = months_between(begins_on, day) // kind.months
    start = months_later(begins_on, number * kind.months)
    return Period(kind, start, months_later(begins_on, (number + 1) * kind.months) - DAY)


def following(period: Period, begins_on: date, seasons: Sequence[Period] = ()) -> Period | None:
    """The next one after it."""
    if period.end is None:
        return None
    if period.kind == PeriodKind.SEASON:
        later = [each for each in seasons if each.start > period.end]
        return min(later, key=lambda each: each.start, default=None)
    return period_at(period.kind, begins_on, period.end + DAY)
