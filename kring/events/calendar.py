"""An event as an iCalendar file, for people's own calendars (E8)."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from kring.core import dates
from kring.core.filenames import filename
from kring.events.models import Event

MIMETYPE = "text/calendar; charset=utf-8"


def calendar_file(event: Event, url: str) -> bytes:
    """The event in the time zone of its organisation; `url` is its absolute URL.

    A second import replaces the first: the UID stays, whatever else of the event changes.
    """
    # Two megabytes, in processes that may never need it.
    from icalendar import Calendar
    from icalendar import Event as Entry

    organisation = event.organisation
    calendar = Calendar()
    calendar.add("prodid", "-//Kring//Kring//EN")
    calendar.add("version", "2.0")
    entry = Entry()
    entry.add("uid", f"event-{event.pk}@{organisation.subdomain}.{settings.HOST}")
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    for name, value in zip(("dtstart", "dtend"), _when(event, organisation.zone), strict=True):
        entry.add(name, value)
    entry.add("summary", str(event))
    entry.add("description", "\n\n".join(part for part in [event.summary, url] if part))
    entry.add("url", url)
    if event.state == Event.State.CANCELLED:
        entry.add("status", "CANCELLED")
    if place := ", ".join(part for part in [event.location, event.address] if part):
        entry.add("location", place)
    calendar.add_component(entry)
    years = event.starts_at.year - 1, event.ends_at.year + 2
    calendar.add_missing_timezones(first_date=date(years[0], 1, 1), last_date=date(years[1], 1, 1))
    return calendar.to_ical()


def _when(event: Event, zone: ZoneInfo) -> list[Any]:
    """Dates for an event of whole days, the end being the day after it. A time in the hour that a clock change repeats
    is written in UTC: local time is ambiguous there."""
    start, end = (timezone.localtime(each, zone) for each in (event.starts_at, event.ends_at))
    with timezone.override(zone):
        if dates.is_whole_days(start, end):
            return [start.date(), dates.last_day(start, end) + timedelta(days=1)]
    return [each.astimezone(UTC) if dates.comes_twice(each) else each for each in (start, end)]


def calendar_filename(event: Event) -> str:
    return filename(str(event), ending="ics")
