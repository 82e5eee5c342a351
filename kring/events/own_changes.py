"""What participants may change by themselves after they have registered, as staff allow it for each event (R6)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from kring.events.models import Attraction, Event
from kring.events.refusals import as_the_database_says
from kring.organisations.changing import change

ACTION = "event.own_changes"


def allow(event: Event, **fields: object) -> None:
    """By staff, at any time. Raises Contradiction."""
    with as_the_database_says(Event):
        change(event, ACTION, **fields)


def until(event: Event) -> datetime:
    return event.changes_until or event.starts_at


def are_open(event: Event) -> bool:
    return event.state in Event.ALIVE and timezone.now() < until(event)


def teams_are_open(attraction: Attraction, event: Event) -> bool:
    """Whether a leader may still change a team of it."""
    is_alive = attraction.is_for_teams and event.state in Event.ALIVE
    return is_alive and timezone.now() < teams_change_until(attraction, event)


def teams_change_until(attraction: Attraction, event: Event) -> datetime:
    return attraction.team_changes_until or event.data_changeable_until or event.starts_at
