"""Dates and times as people write them, in the active language and the active time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# English as it is written in Europe: the day before the month, 24 hours.
LOCALES = {"en": "en_GB", "nl": "nl_NL", "pl": "pl_PL"}


@contextmanager
def written_for(language: str, zone: ZoneInfo) -> Iterator[None]:
    """Until the block ends, texts are in this language and times in this zone: for whom, not for who happens to ask."""
    with translation.override(language), timezone.override(zone):
        yield


def locale() -> str:
    return LOCALES.get((translation.get_language() or "en")[:2], "en_GB")


def local[T: (datetime, date)](value: T) -> T:
    """In the active zone; a day is the same in all of them."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: datetime | date | None) -> str:
    """`Saturday, 14 March 2026`; like the others, nothing for None."""
    return "" if value is None else format_date(local(value), "full", locale=locale())


def plain_day(value: datetime | date | None) -> str:
    """`14 March 2026`"""
    return "" if value is None else format_date(local(value), "long", locale=locale())


def short_day(value: datetime | date | None) -> str:
    """`14 Mar 2026`"""
    return "" if value is None else format_date(local(value), "medium", locale=locale())


def clock(value: datetime | None) -> str:
    """`09:00`"""
    return "" if value is None else format_time(local(value), "short", locale=locale())


def moment(value: datetime | None) -> str:
    """`14 Mar 2026, 09:00`"""
    return "" if value is None else f"{short_day(value)}, {clock(value)}"


def weekday_moment(value: datetime | None) -> str:
    """`Sat 14 Mar, 09:00`: for what happens soon."""
    return "" if value is None else f"{format_skeleton('MMMEd', local(value), locale=locale())}, {clock(value)}"


def month_abbreviation(value: datetime | date) -> str:
    """`Mar`, for a leaf of a calendar."""
    return format_skeleton("MMM", local(value), locale=locale()).strip(".")


def day_of_month(value: datetime | date) -> str:
    return str(local(value).day)


def days(start: datetime, end: datetime) -> str:
    """`Saturday, 14 March 2026`, or `14–16 March 2026`."""
    return (
        day(start) if _is_one_day(start, end) else format_interval(local(start), local(end), "yMMMMd", locale=locale())
    )


def hours(start: datetime, end: datetime) -> str:
    """`09:00–17:30` on one day; of several days when the first begins."""
    if not _is_one_day(start, end):
        return _("from %(time)s") % {"time": clock(start)}
    return clock(start) if start == end else f"{clock(start)}–{clock(end)}"


def period(start: datetime, end: datetime) -> str:
    """One line for when something is: a day with its hours, or from one day to another."""
    if _is_one_day(start, end):
        return f"{day(start)}, {clock(start)}–{clock(end)}"
    return f"{short_day(start)} – {short_day(end)}"


def _is_one_day(start: datetime, end: datetime) -> bool:
    return local(start).date() == local(end).date()
