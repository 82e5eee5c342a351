"""What can be had of an event now: windows and true occupancy (E8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone

from kring.events.models import Attraction, Event, TicketType
from kring.places.capacity import free_places
from kring.places.models import Pool


class Window(StrEnum):
    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


def window_of(attraction: Attraction, now: datetime | None = None) -> Window:
    """Whether one can register now. Needs `attraction.event`."""
    now = now or timezone.now()
    if attraction.event.state in Event.OVER or now >= attraction.closes_at:
        return Window.CLOSED
    if attraction.opens_at is not None and now < attraction.opens_at:
        return Window.NOT_YET
    return Window.OPEN


@dataclass(frozen=True)
class TicketOffer:
    """`left`: places still to be had of this type, the tightest of its pools; None without a limit."""

    ticket_type: TicketType
    left: int | None

    @property
    def price(self) -> Decimal:
        return self.ticket_type.price

    @property
    def is_sold_out(self) -> bool:
        return self.left is not None and self.left <= 0


@dataclass(frozen=True)
class Offer:
    attraction: Attraction
    window: Window
    left: int | None
    tickets: list[TicketOffer] = field(default_factory=list)

    @property
    def opens_at(self) -> datetime | None:
        return self.attraction.opens_at

    @property
    def closes_at(self) -> datetime:
        return self.attraction.closes_at

    @property
    def is_full(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def is_open(self) -> bool:
        return self.window == Window.OPEN

    @property
    def can_order(self) -> bool:
        return self.is_open and any(not ticket.is_sold_out for ticket in self.tickets)


def offers_of(event: Event) -> list[Offer]:
    """The attractions of an event with what is on sale. Two queries, a third when something seems full."""
    return offers_of_many([event])[0]


def offers_of_many(events: list[Event]) -> list[list[Offer]]:
    """The same for several events, in their order, at the same number of queries."""
    of_event: dict[int, list[Attraction]] = {event.pk: [] for event in events}
    known = {event.pk: event for event in events}
    rows = Attraction.objects.filter(event__in=known).select_related("pool").prefetch_related("ticket_types__pool")
    for attraction in rows:
        attraction.event = known[attraction.event_id]
        of_event[attraction.event_id].append(attraction)
    free = free_places(pool for event in events for pool in _pools(event, of_event[event.pk]))
    return [[_offer(event, each, free) for each in of_event[event.pk]] for event in events]


def _pools(event: Event, attractions: list[Attraction]) -> list[Pool]:
    pools = [event.pool] if event.pool else []
    for attraction in attractions:
        pools.append(attraction.pool)
        pools.extend(each.pool for each in attraction.ticket_types.all() if each.pool)
    return pools


def _offer(event: Event, attraction: Attraction, free: dict[int, int | None]) -> Offer:
    left = _tightest([free[attraction.pool_id], free[event.pool_id] if event.pool_id else None])
    on_sale = [each for each in attraction.ticket_types.all() if each.is_on_sale]
    tickets = [TicketOffer(each, _tightest([left, free[each.pool_id] if each.pool_id else None])) for each in on_sale]
    return Offer(attraction, window_of(attraction), left, tickets)


def _tightest(limits: list[int | None]) -> int | None:
    known = [max(limit, 0) for limit in limits if limit is not None]
    return min(known) if known else None
