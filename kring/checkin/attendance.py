"""How many have been let in (K6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.expressions import CombinedExpression

from kring.checkin.models import Location, Scan
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
        # The event is redundant, but the index begins with it.
        here=Scan.objects.filter(event=location.event_id, location=location).aggregate(number=let_in_by("result"))[
            "number"
        ],
        inside=tickets["inside"],
        expected=tickets["expected"],
    )


def let_in_by(result: str) -> CombinedExpression:
    """How many scans let somebody in that was not undone; `result` is the path to the scan's result."""
    valid, undone = (Count(result, filter=Q(**{result: each})) for each in (Scan.Result.VALID, Scan.Result.UNDONE))
    return valid - undone
