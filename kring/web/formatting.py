"""Money, dates and times as people in the active language write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency
from django.utils import timezone, translation

# Dates in English are written the European way: the organisations are here.
LOCALES = {"en": "en_GB", "nl": "nl_NL", "pl": "pl_PL"}


def locale() -> str:
    language = (translation.get_language() or "en").split("-")[0]
    return LOCALES.get(language, "en_GB")


def money(amount: Decimal | int | None, currency: str) -> str:
    """`€49.95`, `€ 49,95`, `49,95 zł`; nothing for None."""
    return "" if amount is None else format_currency(amount, currency, locale=locale())


def local(value: datetime | date) -> datetime | date:
    """In the organisation's time zone, which the language middleware activates."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: datetime | date | None) -> str:
    """`Tuesday, 3 March 2026`"""
    return "" if value is None else format_date(local(value), "full", locale=locale())


def short_day(value: datetime | date | None) -> str:
    """`3 Mar 2026`"""
    return "" if value is None else format_date(local(value), "medium", locale=locale())


def clock(value: datetime | None) -> str:
    """`10:00`"""
    return "" if value is None else format_time(local(value), "short", locale=locale())


def moment(value: datetime | None) -> str:
    """`3 Mar 2026, 10:00`"""
    return "" if value is None else f"{short_day(value)}, {clock(value)}"


def weekday_moment(value: datetime | None) -> str:
    """`Tue 3 Mar, 10:00`: for what happens soon."""
    if value is None:
        return ""
    return f"{format_skeleton('MMMEd', local(value), locale=locale())}, {clock(value)}"


def period(start: datetime, end: datetime) -> str:
    """One line for when something is: a day with its hours, or from one day to another."""
    first, last = local(start), local(end)
    if _day_of(first) == _day_of(last):
        return f"{day(start)}, {clock(start)}–{clock(end)}"
    return f"{short_day(start)} – {short_day(end)}"


def _day_of(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


def month_abbreviation(value: datetime | date) -> str:
    """`Mar`, for a leaf of a calendar."""
    return format_skeleton("MMM", local(value), locale=locale()).strip(".")


def day_of_month(value: datetime | date) -> str:
    return str(local(value).day)
