"""Numbers for pages, each at a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kring.checkin.attendance import let_in_by
from kring.checkin.models import Location
from kring.events.models import Event
from kring.registrations.models import Registration, Ticket


@dataclass(frozen=True)
class LetIn:
    """`inside` of the `expected` tickets have been let in."""

    inside: int = 0
    expected: int = 0


def let_in(events: Iterable[Event]) -> dict[int, LetIn]:
    """By the key of the event. One statement."""
    keys = [event.pk for event in events]
    rows = (
        Ticket.objects.filter(registration__event__in=keys, registration__state=Registration.State.COMPLETED)
        .values("registration__event_id")
        .annotate(inside=Count("pk", filter=Q(admitted_at__isnull=False)), expected=Count("pk"))
        .order_by()
    )
    counted = {row["registration__event_id"]: LetIn(row["inside"], row["expected"]) for row in rows}
    return {key: counted.get(key, LetIn()) for key in keys}


def entrances_with_counts(event: Event) -> QuerySet[Location]:
    """The entrances, each with how many were `let_in` there."""
    return event.locations.annotate(let_in=let_in_by("scans__result")).order_by("pk")
