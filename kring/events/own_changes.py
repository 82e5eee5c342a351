"""What participants may change by themselves after they have registered, as staff allow it for each event (R6)."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from kring.events.models import Attraction, Event
from kring.events.refusals import as_the_database_says
from kring.organisations.changing import change

ACTION = "event.own_changes"
CENT = Decimal("0.01")


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


def fee_of(event: Event, amount: Decimal, at: datetime) -> Decimal:
    """What the organisation keeps of one ticket of this price when it is cancelled then. Rounded half up."""
    if event.cancel_fee_from is not None and at < event.cancel_fee_from:
        return Decimal(0)
    fee = amount * event.cancel_fee / 100 if event.cancel_fee_is_percent else event.cancel_fee
    return min(fee.quantize(CENT, ROUND_HALF_UP), amount)
