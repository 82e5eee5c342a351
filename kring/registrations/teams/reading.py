"""The teams of an event with their numbers, for staff and programs (R8)."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from kring.events.models import Event
from kring.registrations.models import Registration, Team


def with_numbers(event: Event) -> QuerySet[Team]:
    """With how many `people` come, and of how many something is missing (`unfinished`); order and attraction."""
    live, missing = Q(registrations__state__in=Registration.LIVE), Q(registrations__state=Registration.State.NEW)
    rows: QuerySet[Team] = Team.objects.filter(attraction__event=event).select_related("order", "attraction")
    return rows.annotate(people=Count("registrations", filter=live), unfinished=Count("registrations", filter=missing))
