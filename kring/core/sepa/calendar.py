"""Days on which TARGET2 settles: what banks book in euro."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Sunday, by the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def closing_days(year: int) -> frozenset[date]:
    """Besides weekends: New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December."""
    sunday = easter(year)
    fixed = [date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)]
    return frozenset([*fixed, sunday - 2 * DAY, sunday + DAY])


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day not in closing_days(day.year)


def next_open(day: date) -> date:
    """This day, or the first after it on which banks settle."""
    while not is_open(day):
        day += DAY
    return day


def open_days_after(day: date, number: int) -> date:
    """The day that is so many open days after this one; 0: the next open day, this one included."""
    day = next_open(day)
    for _each in range(number):
        day = next_open(day + DAY)
    return day
