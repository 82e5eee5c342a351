"""Days and years in addresses."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class DayConverter(StringConverter):
    """`2027-01-01`; whether there is such a day, the view finds out."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class YearConverter(IntConverter):
    """Of this century and the next, in which all reckoning with days works."""

    regex = r"2[01][0-9]{2}"


def register() -> None:
    register_converter(DayConverter, "day")
    register_converter(YearConverter, "year")
