"""Dates and times as people write them, in the active language and the active time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_time
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


def day(moment: datetime) -> str:
    """`Saturday 14 March 2026`"""
    return format_date(timezone.localtime(moment), "full", locale=locale())


def plain_day(moment: datetime) -> str:
    """`14 March 2026`"""
    return format_date(timezone.localtime(moment), "long", locale=locale())


def clock(moment: datetime) -> str:
    """`09:00`"""
    return format_time(timezone.localtime(moment), "short", locale=locale())


def days(start: datetime, end: datetime) -> str:
    """`Saturday 14 March 2026`, or `14–16 March 2026`."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    return day(start) if first.date() == last.date() else format_interval(first, last, "yMMMMd", locale=locale())


def hours(start: datetime, end: datetime) -> str:
    """`09:00–17:30` on one day; of several days when the first begins."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() != last.date():
        return _("from %(time)s") % {"time": clock(start)}
    return clock(start) if first == last else f"{clock(start)}–{clock(end)}"
