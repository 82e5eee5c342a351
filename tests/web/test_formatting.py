"""Money, dates and times by language (Q3)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from kring.web import formatting

MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_amsterdam():
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        yield


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("en", "EUR", "€1,249.95"),
        ("nl", "EUR", "€\xa01.249,95"),
        ("pl", "PLN", "1\xa0249,95\xa0zł"),
        ("pl", "EUR", "1\xa0249,95\xa0€"),
        ("de", "EUR", "€1,249.95"),
    ],
)
def test_money_is_written_as_the_reader_writes_it(language, currency, written):
    with translation.override(language):
        assert formatting.money(Decimal("1249.95"), currency) == written


@pytest.mark.parametrize(
    ("language", "day", "moment", "soon"),
    [
        ("en", "Tuesday, 3 March 2026", "3 Mar 2026, 10:00", "Tue 3 Mar, 10:00"),
        ("nl", "dinsdag 3 maart 2026", "3 mrt 2026, 10:00", "di 3 mrt, 10:00"),
        ("pl", "wtorek, 3 marca 2026", "3 mar 2026, 10:00", "wt., 3 mar, 10:00"),
    ],
)
def test_dates_are_written_in_the_readers_language(language, day, moment, soon):
    with translation.override(language):
        written = formatting.day(MORNING), formatting.moment(MORNING), formatting.weekday_moment(MORNING)

    assert written == (day, moment, soon)


def test_a_period_says_no_more_than_is_needed():
    with translation.override("en"):
        assert formatting.period(MORNING, EVENING) == "Tuesday, 3 March 2026, 10:00–17:30"
        assert formatting.period(MORNING, NEXT_DAY) == "3 Mar 2026 – 4 Mar 2026"


def test_midnight_is_the_organisations_not_londons():
    late = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)

    assert formatting.short_day(late) == "4 Mar 2026"
    assert formatting.day_of_month(late) == "4"


def test_the_hour_that_happens_twice_is_still_an_hour():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert formatting.clock(first) == formatting.clock(second) == "02:30"


def test_what_is_not_known_is_left_out():
    assert [write(None) for write in (formatting.day, formatting.moment, formatting.clock, formatting.short_day)] == [
        ""
    ] * 4
    assert formatting.money(None, "EUR") == ""
