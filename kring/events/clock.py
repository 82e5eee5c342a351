"""Where an event stands by the clock (E6). The stored state follows; who may register is asked of `offering`."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from kring.events.models import Attraction, Event, EventQuerySet, TicketType


def due(now: datetime | None = None) -> EventQuerySet:
    """What the clock has to move. One statement, also over all organisations: attractions by index, pools by key."""
    alive = Event.objects.filter(state__in=Event.ALIVE)
    return with_state_at(alive, now or timezone.now()).exclude(state=F("state_now"))


def with_state_at(events: EventQuerySet, now: datetime) -> EventQuerySet:
    """Annotated with `state_now`, where they stand by the clock, and `is_full`: windows are open, and nothing is left.

    Right for events in `Event.ALIVE`. Places of expired holds count as taken until the tick gives them back.
    """
    open_now = Attraction.objects.filter(event=OuterRef("pk")).open_at(now)
    begun = Attraction.objects.filter(event=OuterRef("pk")).begun_at(now)
    sold = TicketType.objects.filter(attraction__event=OuterRef("pk"), is_on_sale=True)
    to_be_had = sold.filter(
        *(_has_places(pool) for pool in ("pool", "attraction__pool", "attraction__event__pool")),
        attraction__in=Attraction.objects.open_at(now).values("pk"),
    )
    annotated = events.annotate(can_order=Exists(to_be_had), has_begun=Exists(begun), is_open=Exists(open_now))
    return annotated.annotate(
        state_now=_state_at(now), is_full=Case(When(is_open=True, can_order=False, then=True), default=False)
    )


def _state_at(now: datetime) -> Case:
    state = Event.State
    return Case(
        When(ends_at__lte=now, then=Value(state.FINISHED)),
        When(starts_at__lte=now, can_order=True, then=Value(state.RUNNING_OPEN)),
        When(starts_at__lte=now, then=Value(state.RUNNING_CLOSED)),
        When(can_order=True, then=Value(state.OPEN)),
        When(state=state.ACCEPTED, has_begun=False, then=Value(state.ACCEPTED)),
        default=Value(state.CLOSED),
    )


def _has_places(pool: str) -> Q:
    return Q(**{pool: None}) | Q(**{f"{pool}__capacity": None}) | Q(**{f"{pool}__capacity__gt": F(f"{pool}__taken")})
