"""An event as an iCalendar file, for people's own calendars (E8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from kring.core import dates
from kring.core.filenames import filename
from kring.events.models import Event

MIMETYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class CalendarEntry:
    """One thing in a calendar; `uid` stays whatever else of it changes. Begins and ends with moments, or with days, the
    end being the day after."""

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    changed_at: datetime
    url: str
    description: str = ""
    location: str = ""
    is_cancelled: bool = False


def calendar_file(event: Event, url: str) -> bytes:
    """The event in the time zone of its organisation; `url` is its absolute URL.

    A second import replaces the first: the UID stays, whatever else of the event changes.
    """
    return calendar_of([entry_of(event, url, event.summary)], event.organisation.zone)


def entry_of(event: Event, url: str, description: str) -> CalendarEntry:
    """`event` with its organisation."""
    organisation = event.organisation
    start, end = _when(event, organisation.zone)
    return CalendarEntry(
        uid=f"event-{event.pk}@{organisation.subdomain}.{settings.HOST}",
        summary=str(event),
        starts=start,
        ends=end,
        changed_at=event.updated_at,
        url=url,
        description=description,
        location=", ".join(part for part in [event.location, event.address] if part),
        is_cancelled=event.state == Event.State.CANCELLED,
    )


def calendar_of(entries: Sequence[CalendarEntry], zone: ZoneInfo, *, name: str = "") -> bytes:
    """A whole calendar; its moments are written in `zone`."""
    # Two megabytes, in processes that may never need it.
    from icalendar import Calendar
    from icalendar import Event as Entry

    calendar = Calendar()
    calendar.add("prodid", "-//Kring//Kring//EN")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
    for each in entries:
        entry = Entry()
        entry.add("uid", each.uid)
        entry.add("dtstamp", each.changed_at)
        entry.add("last-modified", each.changed_at)
        entry.add("dtstart", _written(each.starts, zone))
        entry.add("dtend", _written(each.ends, zone))
        entry.add("summary", each.summary)
        entry.add("description", "\n\n".join(part for part in [each.description, each.url] if part))
        entry.add("url", each.url)
        if each.is_cancelled:
            entry.add("status", "CANCELLED")
        if each.location:
            entry.add("location", each.location)
        calendar.add_component(entry)
    if entries:
        first, last = min(each.starts.year for each in entries), max(each.ends.year for each in entries)
        calendar.add_missing_timezones(first_date=date(first - 1, 1, 1), last_date=date(last + 2, 1, 1))
    return calendar.to_ical()


def _written(value: datetime | date, zone: ZoneInfo) -> datetime | date:
    """A time in the hour that a clock change repeats is written in UTC: local time is ambiguous there."""
    if not isinstance(value, datetime):
        return value
    here = timezone.localtime(value, zone)
    return here.astimezone(UTC) if dates.comes_twice(here) else here


def _when(event: Event, zone: ZoneInfo) -> tuple[datetime | date, datetime | date]:
    """Dates for an event of whole days, the end being the day after it."""
    start, end = (timezone.localtime(each, zone) for each in (event.starts_at, event.ends_at))
    with timezone.override(zone):
        if dates.is_whole_days(start, end):
            return start.date(), dates.last_day(start, end) + timedelta(days=1)
    return start, end


def calendar_filename(event: Event) -> str:
    return filename(str(event), ending="ics")
