"""Dates as people write them: in their language, in the zone of the organisation, over the change of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from kring.core import dates

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MORNING, EVENING = datetime(2026, 3, 14, 8, 0, tzinfo=UTC), datetime(2026, 3, 14, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "plain"),
    [
        ("en", "Saturday, 14 March 2026", "14 March 2026"),
        ("nl", "zaterdag 14 maart 2026", "14 maart 2026"),
        ("pl", "sobota, 14 marca 2026", "14 marca 2026"),
        ("de", "Saturday, 14 March 2026", "14 March 2026"),
    ],
)
def test_a_day_is_written_in_its_language(language, day, plain):
    with dates.written_for(language, AMSTERDAM):
        assert (dates.day(MORNING), dates.plain_day(MORNING)) == (day, plain)


@pytest.mark.parametrize(
    ("language", "moment", "soon"),
    [
        ("en", "14 Mar 2026, 09:00", "Sat 14 Mar, 09:00"),
        ("nl", "14 mrt 2026, 09:00", "za 14 mrt, 09:00"),
        ("pl", "14 mar 2026, 09:00", "sob., 14 mar, 09:00"),
    ],
)
def test_a_moment_is_short_and_one_that_is_near_has_its_weekday(language, moment, soon):
    with dates.written_for(language, AMSTERDAM):
        assert (dates.moment(MORNING), dates.weekday_moment(MORNING)) == (moment, soon)


def test_a_period_says_no_more_than_is_needed():
    next_day = datetime(2026, 3, 15, 16, 0, tzinfo=UTC)

    with dates.written_for("en", AMSTERDAM):
        assert dates.period(MORNING, EVENING) == "Saturday, 14 March 2026, 09:00–17:30"
        assert dates.period(MORNING, next_day) == "Sat, 14 Mar 2026, 09:00 – Sun, 15 Mar 2026, 17:00"


CAMP = datetime(2027, 11, 12, 16, 0, tzinfo=UTC), datetime(2027, 11, 14, 13, 0, tzinfo=UTC)
PARTY = datetime(2027, 11, 13, 21, 0, tzinfo=UTC), datetime(2027, 11, 14, 2, 0, tzinfo=UTC)
WHOLE = datetime(2027, 11, 11, 23, 0, tzinfo=UTC), datetime(2027, 11, 14, 22, 59, tzinfo=UTC)
WHOLE_TOO = WHOLE[0], datetime(2027, 11, 14, 23, 0, tzinfo=UTC)
ONE_DAY = WHOLE[0], datetime(2027, 11, 12, 23, 0, tzinfo=UTC)
EVENING_OPEN_END = datetime(2027, 11, 12, 19, 0, tzinfo=UTC), datetime(2027, 11, 12, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "period", "hours"),
    [
        (CAMP, "Fri, 12 Nov 2027, 17:00 – Sun, 14 Nov 2027, 14:00", "Fri 17:00 – Sun 14:00"),
        (PARTY, "Sat, 13 Nov 2027, 22:00 – Sun, 14 Nov 2027, 03:00", "Sat 22:00 – Sun 03:00"),
        (WHOLE, "12 Nov 2027 – 14 Nov 2027", ""),
        (WHOLE_TOO, "12 Nov 2027 – 14 Nov 2027", ""),
        (ONE_DAY, "Friday, 12 November 2027", ""),
        (EVENING_OPEN_END, "Friday, 12 November 2027, 20:00", "20:00"),
    ],
)
def test_hours_stand_wherever_days_stand_but_for_whole_days(when, period, hours):
    with dates.written_for("en", AMSTERDAM):
        assert (dates.period(*when), dates.hours(*when)) == (period, hours)


def test_whole_days_are_said_without_the_midnight_they_end_at():
    with dates.written_for("en", AMSTERDAM):
        assert dates.days(*WHOLE_TOO) == dates.days(*WHOLE) == "12–14 Nov 2027"
        assert dates.days(*ONE_DAY) == "Friday, 12 November 2027"


def test_midnight_is_the_organisations_not_londons():
    late = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)

    with dates.written_for("en", AMSTERDAM):
        assert (dates.short_day(late), dates.month_abbreviation(late), dates.day_of_month(late)) == (
            "4 Mar 2026",
            "Mar",
            "4",
        )


def test_the_hour_that_happens_twice_says_which_of_the_two_it_is():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    with dates.written_for("en", AMSTERDAM):
        assert (dates.clock(first), dates.clock(second)) == ("02:30 CEST", "02:30 CET")
        assert dates.clock(datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == "03:30"


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "Europe/Amsterdam", "Sat, 14 Mar 2026, 09:00 CET"),
        ("nl", "Europe/Amsterdam", "za 14 mrt 2026, 09:00 CET"),
        ("pl", "Europe/Warsaw", "sob., 14 mar 2026, 09:00 CET"),
        ("en", "America/Sao_Paulo", "Sat, 14 Mar 2026, 05:00 UTC-03"),
    ],
)
def test_a_deadline_names_its_zone(language, zone, expected):
    with dates.written_for(language, ZoneInfo(zone)):
        assert dates.deadline(MORNING) == expected


def test_a_deadline_names_one_of_the_two_hours_once():
    with dates.written_for("en", AMSTERDAM):
        assert dates.deadline(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "Sun, 25 Oct 2026, 02:30 CET"


def test_on_another_clock_a_deadline_says_both_times_and_the_day_where_it_is_another():
    with dates.written_for("en", ZoneInfo("Europe/Lisbon")):
        assert dates.deadline(MORNING, also=AMSTERDAM) == "Sat, 14 Mar 2026, 08:00 WET (09:00 CET)"
        assert dates.deadline(MORNING, also=ZoneInfo("Europe/London")) == "Sat, 14 Mar 2026, 08:00 WET"
    with dates.written_for("en", ZoneInfo("America/Los_Angeles")):
        assert dates.deadline(MORNING - timedelta(hours=3), also=AMSTERDAM) == (
            "Fri, 13 Mar 2026, 22:00 PDT (Sat, 14 Mar 2026, 06:00 CET)"
        )


def test_what_is_not_known_is_left_out():
    ways = [
        dates.day,
        dates.plain_day,
        dates.short_day,
        dates.clock,
        dates.moment,
        dates.weekday_moment,
        dates.deadline,
    ]

    assert {write(None) for write in ways} == {""}


def test_hours_are_those_of_the_organisation():
    with dates.written_for("nl", AMSTERDAM):
        assert dates.hours(MORNING, EVENING) == "09:00–17:30"
    with dates.written_for("nl", ZoneInfo("America/New_York")):
        assert dates.hours(MORNING, EVENING) == "04:00–12:30"


def test_the_night_the_clock_goes_forward_has_the_hours_on_the_wall():
    before, after = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    with dates.written_for("en", AMSTERDAM):
        assert dates.hours(before, after) == "01:30–03:30"


def test_an_event_of_several_days_says_from_when_to_when():
    end = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)

    with dates.written_for("pl", AMSTERDAM):
        assert dates.days(MORNING, end) == "14–16 marca 2026"
    with dates.written_for("en", AMSTERDAM):
        assert dates.hours(MORNING, end) == "Sat 09:00 – Mon 15:00"


def test_an_event_past_midnight_in_its_zone_has_two_days():
    end = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)

    with dates.written_for("en", AMSTERDAM):
        assert dates.days(MORNING, end) == "14–15 Mar 2026"
    with dates.written_for("en", ZoneInfo("UTC")):
        assert dates.days(MORNING, end) == "Saturday, 14 March 2026"


def test_whoever_asks_finds_language_and_zone_as_they_were():
    with translation.override("pl"), timezone.override(ZoneInfo("Asia/Tokyo")):
        with dates.written_for("nl", AMSTERDAM):
            pass
        assert (translation.get_language(), timezone.get_current_timezone_name()) == ("pl", "Asia/Tokyo")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "America/Adak"])
@pytest.mark.parametrize("day", [date.min, date(1, 1, 2), date(9999, 12, 30), date.max])
def test_the_ends_of_the_calendar_are_days_too(zone, day):
    with timezone.override(ZoneInfo(zone)):
        first, last = dates.beginning(day).astimezone(UTC), dates.end(day).astimezone(UTC)

    assert first <= last
    assert abs(first.year - day.year) <= 1


def test_a_day_of_25_hours_ends_at_its_midnight():
    with timezone.override(AMSTERDAM):
        first, last = dates.beginning(date(2026, 10, 25)), dates.end(date(2026, 10, 25))

    assert last.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=25)


@pytest.mark.parametrize("day", ["2026-02-28", "2028-02-28", "2028-02-29", "2026-03-01", "2026-02-27"])
@pytest.mark.parametrize("years", [1, 2, 18, 20])
def test_the_latest_day_of_birth_is_that_of_somebody_who_is_that_old_and_a_day_later_nobody_is(day, years):
    on = date.fromisoformat(day)
    born = dates.years_before(on, years)
    assert (dates.age_at(born, on), dates.age_at(born + timedelta(days=1), on)) == (years, years - 1)
