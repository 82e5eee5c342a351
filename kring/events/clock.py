"""The state of an event by the clock (E6). The stored state follows; `offering` decides who may register."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, IsNull, LessThanOrEqual
from django.utils import timezone

from kring.events.models import Attraction, Event, EventQuerySet, TicketType

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class StateNow(TypedDict):
    """As `with_state_at` annotates it."""

    state_now: str
    is_full: bool


type ByTheClock = WithAnnotations[Event, StateNow]

# More than any pool has.
ALL_OF_THEM = 10**9


def due(now: datetime | None = None) -> QuerySet[ByTheClock]:
    """The events due for a change of state, of one organisation or all.

    One statement: attractions by index, pools by key.
    """
    alive = Event.objects.filter(state__in=Event.ALIVE)
    return with_state_at(alive, now or timezone.now()).exclude(state=F("state_now"))


def with_state_at(events: EventQuerySet, now: datetime) -> QuerySet[ByTheClock]:
    """Annotated with `state_now`, the state by the clock, and `is_full`: windows are open, and no place is left.

    Right for events in `Event.ALIVE`. Places of expired holds count as taken until the tick gives them back.
    """
    attractions = Attraction.objects.filter(event=OuterRef("pk"))
    to_be_had = TicketType.objects.filter(
        _is_sold(now),
        *(_has_places(pool) for pool in ("pool", "attraction__pool")),
        _has_places("attraction__event__pool", besides=OuterRef("kept")),
        attraction__event=OuterRef("pk"),
        # A freed place goes to the waiting list: it opens the registration for nobody else.
        attraction__is_kept=False,
        is_on_sale=True,
    )
    # Of the event's own places, those kept for its waiting lists, as in `offering`.
    kept = attractions.filter(is_kept=True).order_by()
    left = Sum(F("pool__capacity") - F("pool__taken"), output_field=IntegerField())
    number = Coalesce(Subquery(kept.values("event").annotate(left=left).values("left")), 0)
    is_all = Exists(kept.filter(pool__capacity=None))
    kept_places = Case(When(is_all, then=Value(ALL_OF_THEM)), default=number, output_field=IntegerField())
    types = TicketType.objects.filter(attraction__event=OuterRef("pk"))
    annotated = events.annotate(kept=kept_places).annotate(
        can_order=Exists(to_be_had),
        has_begun=Exists(types.filter(_has_begun(now))),
        is_open=Exists(types.filter(_is_sold(now))),
    )
    found = annotated.annotate(
        state_now=_state_at(now), is_full=Case(When(is_open=True, can_order=False, then=True), default=False)
    )
    return cast("QuerySet[ByTheClock]", found)


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


def _has_begun(now: datetime) -> Q:
    """Of a ticket type, as `offering.window_of` and `window_of_type` for one."""
    begins = Coalesce("attraction__registration_opens_at", "attraction__event__registration_opens_at")
    is_open = Q(IsNull(begins, True)) | Q(LessThanOrEqual(begins, now))
    return is_open & (Q(sold_from=None) | Q(sold_from__lte=now))


def _is_sold(now: datetime) -> Q:
    event = "attraction__event__"
    closes = Coalesce("attraction__registration_closes_at", f"{event}registration_closes_at", f"{event}starts_at")
    return _has_begun(now) & Q(GreaterThan(closes, now)) & (Q(sold_until=None) | Q(sold_until__gt=now))


def _has_places(pool: str, *, besides: Any = 0) -> Q:
    """`besides`: so many that are not available to anybody."""
    is_left = Q(**{f"{pool}__capacity__gt": F(f"{pool}__taken") + besides})
    return Q(**{pool: None}) | Q(**{f"{pool}__capacity": None}) | is_left
