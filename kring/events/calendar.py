"""An event as a calendar file, for whoever wants it among her appointments (E8)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry

from kring.core.filenames import filename
from kring.events.models import Event

MIMETYPE = "text/calendar; charset=utf-8"


def calendar_file(event: Event, url: str) -> bytes:
    """The event in the time zone of its organisation; `url` is its whole address.

    A second import replaces the first: the UID stays, whatever else of the event changes.
    """
    organisation = event.organisation
    calendar = Calendar()
    calendar.add("prodid", "-//Kring//Kring//EN")
    calendar.add("version", "2.0")
    entry = Entry()
    entry.add("uid", f"event-{event.pk}@{organisation.subdomain}.{settings.HOST}")
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("dtstart", timezone.localtime(event.starts_at, organisation.zone))
    entry.add("dtend", timezone.localtime(event.ends_at, organisation.zone))
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


def calendar_filename(event: Event) -> str:
    return filename(str(event), ending="ics")
