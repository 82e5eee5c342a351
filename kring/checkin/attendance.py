"""How many are in (K6), and who is meant when somebody has only a name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from kring.checkin.models import Location, Scan
from kring.events.models import Event
from kring.registrations.models import Registration, Ticket


@dataclass(frozen=True, slots=True)
class Attendance:
    """`here`: let in through one entrance; `inside`: through all of them; `expected`: all who may come."""

    here: int
    inside: int
    expected: int


def attendance(location: Location) -> Attendance:
    """Two statements, whatever the size of the event."""
    tickets = Ticket.objects.filter(
        registration__event_id=location.event_id, registration__state=Registration.State.COMPLETED
    ).aggregate(inside=Count("pk", filter=Q(admitted_at__isnull=False)), expected=Count("pk"))
    return Attendance(
        # The event says nothing new, but it is what the index begins with.
        here=Scan.objects.filter(event=location.event_id, location=location, result=Scan.Result.VALID).count(),
        inside=tickets["inside"],
        expected=tickets["expected"],
    )


def people_named(words: str, event: Event, *, limit: int) -> list[Registration]:
    """Who registered for `event` and has all of `words` in name or address, by name; with ticket and ticket type."""
    found = Registration.objects.filter(event=event).exclude(attendee_name="")
    for word in words.split():
        found = found.filter(Q(attendee_name__icontains=word) | Q(attendee_email__icontains=word))
    shown = found.select_related("ticket_type").prefetch_related("tickets")
    return list(shown.order_by("attendee_name", "pk")[:limit])
