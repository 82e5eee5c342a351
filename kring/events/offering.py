"""What can be had of an event now: windows and true occupancy (E8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone

from kring.events.models import Attraction, Event, TicketType, WaitingList
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
    """`left`: places still to be had of this type by anybody, the tightest of its pools; None without a limit."""

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
    """`left`: places that anybody may have; those kept for who waits are not among them. `has_queue`: one may join."""

    attraction: Attraction
    window: Window
    left: int | None
    tickets: list[TicketOffer] = field(default_factory=list)
    has_queue: bool = False

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

    @property
    def can_wait(self) -> bool:
        """Nothing is to be had, and one can wait for it (W2)."""
        return self.has_queue and self.is_open and bool(self.tickets) and not self.can_order


def offers_of(event: Event) -> list[Offer]:
    """The attractions of an event with what is on sale. Two queries; one more when something seems full, and one when
    one of them has a waiting list."""
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
    queues = _with_a_queue([each for parts in of_event.values() for each in parts])
    return [_offers(event, of_event[event.pk], free, has_queue=event.pk in queues) for event in events]


def _with_a_queue(attractions: list[Attraction]) -> set[int]:
    """The events whose waiting list one may join now."""
    wanted = {each.event_id for each in attractions if each.has_waiting_list}
    if not wanted:
        return set()
    lasting = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    return set(WaitingList.objects.filter(lasting, event__in=wanted, is_on=True).values_list("event_id", flat=True))


def _pools(event: Event, attractions: list[Attraction]) -> list[Pool]:
    pools = [event.pool] if event.pool else []
    for attraction in attractions:
        pools.append(attraction.pool)
        pools.extend(each.pool for each in attraction.ticket_types.all() if each.pool)
    return pools


type Free = dict[int, int | None]


def _offers(event: Event, attractions: list[Attraction], free: Free, *, has_queue: bool) -> list[Offer]:
    of_event = _left_of_the_event(event, attractions, free)
    return [_offer(each, of_event, free, has_queue=has_queue and each.has_waiting_list) for each in attractions]


def _left_of_the_event(event: Event, attractions: list[Attraction], free: Free) -> int | None:
    """What of the event's own places the attractions somebody waits for cannot use. As the database refuses claims
    (`events_places_are_kept`)."""
    left = free[event.pool_id] if event.pool_id else None
    kept = [free[each.pool_id] for each in attractions if each.is_kept]
    if left is None or not kept:
        return left
    return 0 if None in kept else left - sum(number for number in kept if number is not None)


def _offer(attraction: Attraction, of_event: int | None, free: Free, *, has_queue: bool) -> Offer:
    left = 0 if attraction.is_kept else _tightest([free[attraction.pool_id], of_event])
    on_sale = [each for each in attraction.ticket_types.all() if each.is_on_sale]
    tickets = [TicketOffer(each, _tightest([left, free[each.pool_id] if each.pool_id else None])) for each in on_sale]
    return Offer(attraction, window_of(attraction), left, tickets, has_queue)


def _tightest(limits: list[int | None]) -> int | None:
    known = [max(limit, 0) for limit in limits if limit is not None]
    return min(known) if known else None
