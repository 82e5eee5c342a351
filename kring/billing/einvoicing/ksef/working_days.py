"""Working days in Poland."""

from __future__ import annotations

from datetime import date, timedelta

# Act of 18 January 1951 on days free from work (ustawa o dniach wolnych od pracy), with Christmas Eve since 2025.
FIXED = {(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)}
# Days after Easter: Monday, Whit Sunday, Corpus Christi.
MOVING = (0, 1, 49, 60)


def next_working_day(day: date) -> date:
    """The first after this day that is no Saturday, Sunday or holiday."""
    found = day + timedelta(days=1)
    while found.weekday() >= 5 or _is_holiday(found):
        found += timedelta(days=1)
    return found


def _is_holiday(day: date) -> bool:
    return (day.month, day.day) in FIXED or day in {easter(day.year) + timedelta(days=each) for each in MOVING}


def easter(year: int) -> date:
    """The Gregorian computus (Meeus, Jones, Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    fours, left = divmod(rest, 4)
    weekday = (32 + 2 * odd + 2 * fours - epact - left) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, before = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, before + 1)
