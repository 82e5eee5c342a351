"""E8: an event among one's own appointments."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from kring.events.calendar import calendar_file, calendar_filename
from tests import make

pytestmark = pytest.mark.django_db

URL = "https://vgbc.example/events/congress/"


def entry_of(event):
    calendar = Calendar.from_ical(calendar_file(event, URL))
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


def test_it_says_what_when_where_and_where_to_read_more(in_scope):
    event = make.event(
        name="Congres; “één”, dag",
        edition="2026",
        summary="Eten & leven,\nsamen",
        location="De Eenhoorn",
        address="Amersfoort",
        starts_at=datetime(2026, 3, 14, 8, tzinfo=UTC),
        ends_at=datetime(2026, 3, 14, 16, tzinfo=UTC),
    )
    _calendar, entry = entry_of(event)

    assert str(entry["summary"]) == "Congres; “één”, dag 2026"
    assert str(entry["location"]) == "De Eenhoorn, Amersfoort"
    assert str(entry["description"]) == f"Eten & leven,\nsamen\n\n{URL}"
    assert str(entry["url"]) == URL
    assert entry.start == datetime(2026, 3, 14, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert entry.end == datetime(2026, 3, 14, 17, tzinfo=ZoneInfo("Europe/Amsterdam"))


def test_the_zone_of_the_organisation_is_explained_in_the_file(in_scope):
    in_scope.time_zone = "Europe/Warsaw"
    in_scope.save()
    calendar, entry = entry_of(make.event(starts_at=datetime(2026, 3, 28, 22, tzinfo=UTC)))

    assert entry["dtstart"].params["TZID"] == "Europe/Warsaw"
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/Warsaw"]
    assert calendar.get_missing_tzids() == set()


def test_an_event_over_the_change_of_the_clock_ends_when_the_wall_says(in_scope):
    event = make.event(starts_at=datetime(2026, 3, 28, 20, tzinfo=UTC), ends_at=datetime(2026, 3, 29, 6, tzinfo=UTC))
    _calendar, entry = entry_of(event)

    assert (entry.start.hour, entry.end.hour) == (21, 8)
    assert entry.end.timestamp() - entry.start.timestamp() == 10 * 3600


def test_a_changed_event_replaces_itself_and_no_other(in_scope):
    event, other = make.event(), make.event()
    before = str(entry_of(event)[1]["uid"])
    event.name, event.slug = "Another name", "another-name"
    event.save()

    assert str(entry_of(event)[1]["uid"]) == before
    assert str(entry_of(other)[1]["uid"]) != before
    assert before == f"event-{event.pk}@{in_scope.subdomain}.kring.localhost"


def test_nothing_typed_can_begin_another_line(in_scope):
    event = make.event(name="Eve\r\nATTENDEE:mailto:x@example.org", location="A\nEND:VEVENT")
    calendar, entry = entry_of(event)

    assert "attendee" not in entry
    assert len(calendar.subcomponents) == 2
    assert max(len(line) for line in calendar_file(event, URL).split(b"\r\n")) <= 75


def test_its_file_has_the_name_of_the_event(in_scope):
    assert calendar_filename(make.event(name="Zlot Łąka", edition="2026")) == "zlot-laka-2026.ics"


def test_a_cancelled_event_is_crossed_out(in_scope):
    _calendar, entry = entry_of(make.event(state="cancelled"))

    assert str(entry["status"]) == "CANCELLED"
