"""Dates and times as people write them, in the active language and the active time zone."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from django.utils import timezone, translation

# English as it is written in Europe: the day before the month, 24 hours.
LOCALES = {"en": "en_GB", "nl": "nl_NL", "pl": "pl_PL"}

MIDNIGHT = time()


@contextmanager
def written_for(language: str, zone: ZoneInfo) -> Iterator[None]:
    """Until the block ends, texts use this language and times this zone: the reader's, not the current user's."""
    with translation.override(language), timezone.override(zone):
        yield


def locale() -> Locale:
    """Babel's data of the active language. Of a name it would read them anew for each date: half of its time."""
    return _locale(locale_name())


def locale_name() -> str:
    return LOCALES.get((translation.get_language() or "en")[:2], "en_GB")


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def local[T: (datetime, date)](value: T) -> T:
    """In the active zone; a day is the same in all of them."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


# Babel takes a tenth of a millisecond for each, and a page shows the same few again and again. What it writes depends
# on nothing else: a date has no zone, and a time is what a clock shows.
@lru_cache(maxsize=4096)
def _date(value: date, length: Literal["full", "long", "medium"], name: str) -> str:
    return format_date(value, length, locale=_locale(name))


@lru_cache(maxsize=4096)
def _skeleton(value: date, skeleton: str, name: str) -> str:
    return format_skeleton(skeleton, value, locale=_locale(name))


@lru_cache(maxsize=4096)
def _time(hour: int, minute: int, name: str) -> str:
    return format_time(time(hour, minute), "short", locale=_locale(name))


def _local_date(value: datetime | date) -> date:
    here = local(value)
    return here.date() if isinstance(here, datetime) else here


def day(value: datetime | date | None) -> str:
    """`Saturday, 14 March 2026`; like the others, nothing for None."""
    return "" if value is None else _date(_local_date(value), "full", locale_name())


def plain_day(value: datetime | date | None) -> str:
    """`14 March 2026`"""
    return "" if value is None else _date(_local_date(value), "long", locale_name())


def short_day(value: datetime | date | None) -> str:
    """`14 Mar 2026`"""
    return "" if value is None else _date(_local_date(value), "medium", locale_name())


def month(value: datetime | date | None) -> str:
    """`March 2026`"""
    return "" if value is None else _skeleton(_local_date(value), "yMMMM", locale_name())


def clock(value: datetime | None) -> str:
    """`09:00`; in the hour that a clock change repeats `02:30 CEST`, to say which of the two."""
    if value is None:
        return ""
    here = local(value)
    text = _time(here.hour, here.minute, locale_name())
    return f"{text} {here.tzname()}" if comes_twice(here) else text


def comes_twice(here: datetime) -> bool:
    """Whether local clocks show this time a second time, because they are put back."""
    if here.tzinfo is None:
        return False
    return here.replace(fold=0).utcoffset() > here.replace(fold=1).utcoffset()  # type: ignore[operator]


def is_skipped(here: datetime) -> bool:
    """Whether local clocks never show this time, because they are put forward."""
    return here.replace(fold=0).utcoffset() < here.replace(fold=1).utcoffset()  # type: ignore[operator]


def moment(value: datetime | None) -> str:
    """`14 Mar 2026, 09:00`"""
    return "" if value is None else f"{short_day(value)}, {clock(value)}"


def weekday_moment(value: datetime | None) -> str:
    """`Sat 14 Mar, 09:00`: for dates close by."""
    return "" if value is None else f"{_skeleton(_local_date(value), 'MMMEd', locale_name())}, {clock(value)}"


def deadline(value: datetime | None, *, also: ZoneInfo | None = None) -> str:
    """`Sat 14 Mar 2026, 09:00 CET`: a deadline or opening time, for readers in any time zone.

    `also`: a zone whose time is added where it differs: `…, 08:00 GMT (09:00 CET)`.
    """
    if value is None:
        return ""
    text = f"{_weekday_short(value)}, {zoned_clock(value)}"
    if also is None or value.astimezone(also).utcoffset() == local(value).utcoffset():
        return text
    day_here = local(value).date()
    with timezone.override(also):
        there = zoned_clock(value)
        if local(value).date() != day_here:
            there = f"{_weekday_short(value)}, {there}"
    return f"{text} ({there})"


def zoned_clock(value: datetime) -> str:
    """`09:00 CET`; where a zone has no name, `09:00 UTC-03`."""
    here, text = local(value), clock(value)
    # In the repeated hour the zone is there already.
    if comes_twice(here):
        return text
    name = here.tzname() or ""
    return f"{text} {name if name[:1].isalpha() else f'UTC{name}'}".strip()


def month_abbreviation(value: datetime | date) -> str:
    """`Mar`, for a calendar sheet."""
    return _skeleton(_local_date(value), "MMM", locale_name()).strip(".")


def day_of_month(value: datetime | date) -> str:
    return str(local(value).day)


def days(start: datetime, end: datetime) -> str:
    """`Saturday, 14 March 2026`, or `14–16 March 2026`."""
    last = last_day(start, end)
    if local(start).date() == last:
        return day(start)
    return format_interval(local(start).date(), last, "yMMMMd", locale=locale())


def hours(start: datetime, end: datetime) -> str:
    """`09:00–17:30` on one day, else `Fri 17:00 – Sun 14:00`; nothing for whole days.

    An end at 23:59 means the end of that day, and is not shown as a time.
    """
    if is_whole_days(start, end):
        return ""
    if _is_one_day(start, end):
        return clock(start) if start == end or _ends_with_its_day(end) else f"{clock(start)}–{clock(end)}"
    from_, to = local(start), local(end)
    # Within a week the weekday's name is enough.
    name = "E" if (to.date() - from_.date()).days < 7 else "MMMEd"
    first, last = (_skeleton(each.date(), name, locale_name()) for each in (from_, to))
    return f"{first} {clock(start)} – {last}" + ("" if _ends_with_its_day(end) else f" {clock(end)}")


def period(start: datetime, end: datetime) -> str:
    """The date and time of something in one line: its day and hours, or its first and last moment."""
    text = hours(start, end)
    if _is_one_day(start, end) or (not text and local(start).date() == last_day(start, end)):
        return f"{day(start)}, {text}" if text else day(start)
    if not text:
        return f"{short_day(start)} – {short_day(last_day(start, end))}"
    last = _weekday_short(end) if _ends_with_its_day(end) else f"{_weekday_short(end)}, {clock(end)}"
    return f"{_weekday_short(start)}, {clock(start)} – {last}"


def soon(start: datetime, end: datetime) -> str:
    """`Sat 14 Mar, 22:00–23:00`, or `Sat 14 Mar, 22:00 – Sun 15 Mar, 03:00`."""
    if _is_one_day(start, end):
        return f"{weekday_moment(start)}–{clock(end)}"
    return f"{weekday_moment(start)} – {weekday_moment(end)}"


def is_whole_days(start: datetime, end: datetime) -> bool:
    """From midnight to the end of a day, entered as 23:59 or as the next midnight."""
    begins = local(start).time() == MIDNIGHT
    return begins and start < end and (_ends_with_its_day(end) or local(end).time() == MIDNIGHT)


def last_day(start: datetime, end: datetime) -> date:
    """Something of whole days that ends at midnight ended the day before."""
    at_midnight = is_whole_days(start, end) and local(end).time() == MIDNIGHT
    return local(end).date() - timedelta(days=1) if at_midnight else local(end).date()


def _ends_with_its_day(end: datetime) -> bool:
    return (local(end).hour, local(end).minute) == (23, 59)


def _weekday_short(value: datetime) -> str:
    return _skeleton(_local_date(value), "yMMMEd", locale_name())


def _is_one_day(start: datetime, end: datetime) -> bool:
    return local(start).date() == local(end).date()


def beginning(day: date) -> datetime:
    """Its first moment in the organisation's zone."""
    return _midnight(day, 0)


def end(day: date) -> datetime:
    """The midnight that ends it. For the last possible date, the last possible moment."""
    return _midnight(day, 1)


def _midnight(day: date, days: int) -> datetime:
    try:
        at = datetime.combine(day + timedelta(days=days), time.min, timezone.get_current_timezone())
        return at.astimezone(UTC) and at
    except (OverflowError, ValueError):
        # Datetimes go no further.
        return datetime.min.replace(tzinfo=UTC) if day.year == 1 else datetime.max.replace(tzinfo=UTC)


def age_at(born: date, day: date) -> int:
    """Full years. Somebody born on 29 February is a year older on the 28th where there is no 29th."""
    try:
        birthday = born.replace(year=day.year)
    except ValueError:
        birthday = date(day.year, 2, 28)
    return day.year - born.year - (day < birthday)


def years_before(day: date, years: int) -> date:
    """The latest day of birth of somebody who is that old on this day, by `age_at`; the first of all days, where the
    calendar does not go back so far."""
    if day.year <= years:
        return date.min
    year = day.year - years
    if (day.month, day.day) == (2, 28) and isleap(year) and not isleap(day.year):
        return date(year, 2, 29)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
