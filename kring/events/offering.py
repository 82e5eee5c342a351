"""What is available of an event now: windows and true occupancy (E8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain

from django.db.models import Prefetch, Q
from django.utils import timezone

from kring.events.models import Attraction, AttractionQuerySet, CampaignCode, Event, TicketType, WaitingList
from kring.events.pricing import Quote, asking
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


def window_of_type(ticket_type: TicketType, now: datetime | None = None) -> Window:
    """Its own sale window, whatever that of its attraction is."""
    now = now or timezone.now()
    if ticket_type.sold_until is not None and now >= ticket_type.sold_until:
        return Window.CLOSED
    if ticket_type.sold_from is not None and now < ticket_type.sold_from:
        return Window.NOT_YET
    return Window.OPEN


@dataclass(frozen=True)
class TicketOffer:
    """`left`: places of this type still available to anybody, by the tightest of its pools; None without a limit.
    `window`: its own."""

    ticket_type: TicketType
    left: int | None
    # For anybody: what depends on who comes is not known yet.
    quote: Quote
    window: Window = Window.OPEN

    @property
    def price(self) -> Decimal:
        return self.quote.price

    @property
    def suggested(self) -> Decimal:
        return asking.suggested(self.ticket_type)

    @property
    def may_cost(self) -> bool:
        return self.price > 0 or self.ticket_type.lets_choose

    @property
    def is_sold_out(self) -> bool:
        """Fewer are left than one order must have."""
        return self.left is not None and self.left < self.ticket_type.fewest_per_order

    @property
    def can_order(self) -> bool:
        """While the registration is open."""
        return self.window == Window.OPEN and not self.is_sold_out


@dataclass(frozen=True)
class AttractionOffer:
    """`window`: that of the registration, within which something must be sold now for it to be open.
    `left`: places available to anybody by one of its types sold now, without those kept for the waiting list.
    `withdrawn`: types not on sale, or no longer, or only with a code, which nobody is shown. `has_queue`: one may
    join."""

    attraction: Attraction
    window: Window
    left: int | None
    tickets: list[TicketOffer] = field(default_factory=list)
    has_queue: bool = False
    withdrawn: list[TicketOffer] = field(default_factory=list)

    @property
    def opens_at(self) -> datetime | None:
        """Of what can be had then, where something can."""
        to_come = [each for each in self.tickets if not each.is_sold_out] or self.tickets
        moments = [self.begins_at(each) for each in to_come if self.window == Window.NOT_YET]
        later = [each for each in moments if each is not None and each > timezone.now()]
        return min(later, default=self.attraction.opens_at)

    @property
    def closes_at(self) -> datetime:
        return max((self.ends_at(each) for each in self.tickets), default=self.attraction.closes_at)

    def begins_at(self, ticket: TicketOffer) -> datetime | None:
        """When this type can be ordered, in both windows; None: since it was accepted."""
        moments = (self.attraction.opens_at, ticket.ticket_type.sold_from)
        return max((each for each in moments if each is not None), default=None)

    def ends_at(self, ticket: TicketOffer) -> datetime:
        closes, until = self.attraction.closes_at, ticket.ticket_type.sold_until
        return closes if until is None else min(closes, until)

    @property
    def is_full(self) -> bool:
        """Something is on sale, and none of it is left."""
        return bool(self.tickets) and self.left is not None and self.left <= 0

    @property
    def is_open(self) -> bool:
        return self.window == Window.OPEN

    @property
    def can_order(self) -> bool:
        return self.is_open and any(ticket.can_order for ticket in self.tickets)

    @property
    def will_open(self) -> bool:
        """Not yet available, but it will be."""
        return self.window == Window.NOT_YET and any(not ticket.is_sold_out for ticket in self.tickets)

    @property
    def can_wait(self) -> bool:
        """Nothing is available, and one can wait for it (W2)."""
        return self.has_queue and self.is_open and bool(self.tickets) and not self.can_order


@dataclass(frozen=True)
class Availability:
    """What is left of a whole event and the lowest price: the one source for all pages that show it.

    `of_event`: how many of the event's own places are available to anybody; None without a limit.
    """

    event: Event
    offers: list[AttractionOffer]
    of_event: int | None

    @property
    def can_order(self) -> bool:
        return any(offer.can_order for offer in self.offers)

    @property
    def can_wait(self) -> bool:
        """Nothing can be ordered, but one can wait for some of it."""
        return not self.can_order and any(offer.can_wait for offer in self.offers)

    @property
    def is_open(self) -> bool:
        return any(offer.is_open and offer.tickets for offer in self.offers)

    @property
    def opens_at(self) -> datetime | None:
        """When something can be ordered, where nothing can be now."""
        moments = [offer.opens_at for offer in self.offers if offer.will_open and offer.opens_at]
        return None if self.can_order else min(moments, default=None)

    @property
    def is_full(self) -> bool:
        """All that has not closed is sold out. Never true if all has closed, or nothing is on sale."""
        live = [offer for offer in self.offers if offer.tickets and offer.window != Window.CLOSED]
        return bool(live) and not any(offer.can_order or offer.will_open for offer in live)

    @property
    def left(self) -> int | None:
        """Places available now, over all that is open; None where there is no limit. The places of the whole event
        count once, not in each of its parts."""
        return _tightest([_sum([offer.left for offer in self.offers if offer.can_order]), self.of_event])

    @property
    def places(self) -> int | None:
        """The same whether registration is open or not; None where there is no limit."""
        return _tightest([_sum([offer.left for offer in self.offers]) if self.offers else None, self.of_event])

    @property
    def prices(self) -> set[Decimal]:
        """Of what is available now; else of what one can wait for; else of what will be on sale."""
        for flag in ("can_order", "can_wait", "will_open"):
            if found := [offer for offer in self.offers if getattr(offer, flag)]:
                tickets = [each for offer in found for each in offer.tickets]
                now = [each for each in tickets if each.can_order] if flag == "can_order" else []
                shown = now or [each for each in tickets if not each.is_sold_out] or tickets
                return {each.price for each in shown} | {
                    each.suggested for each in shown if each.ticket_type.lets_choose
                }
        return set()

    @property
    def price_from(self) -> Decimal | None:
        """None where nothing is available."""
        return min(self.prices, default=None)

    @property
    def price_to(self) -> Decimal | None:
        return max(self.prices, default=None)

    @property
    def has_several_prices(self) -> bool:
        return len(self.prices) > 1


def offers_of(event: Event, code: CampaignCode | None = None) -> list[AttractionOffer]:
    """The attractions of an event with what is on sale, to anybody or with this code. Two queries; one more when
    something seems full, and one when one of them has a waiting list."""
    return availability_of([event], code)[0].offers


def availability_of(events: list[Event], code: CampaignCode | None = None) -> list[Availability]:
    """For several events (with `pool`), in their order, at the same number of queries."""
    of_event: dict[int, list[Attraction]] = {event.pk: [] for event in events}
    for attraction in parts_with_places().filter(event__in=of_event):
        of_event[attraction.event_id].append(attraction)
    return availability_from([(event, of_event[event.pk]) for event in events], code)


def parts_with_places() -> AttractionQuerySet:
    """Attractions with their ticket types and all pools but the event's: two queries."""
    types = Prefetch("ticket_types", TicketType.objects.select_related("pool"))
    return Attraction.objects.select_related("pool").prefetch_related(types)


def availability_from(
    loaded: list[tuple[Event, list[Attraction]]], code: CampaignCode | None = None
) -> list[Availability]:
    """From what is loaded: `pool` and `ticket_types__pool` of the attractions. No query, but for the two of
    `offers_of`, and two where events have price rules."""
    for event, attractions in loaded:
        for attraction in attractions:
            attraction.event = event
    free = free_places(pool for event, attractions in loaded for pool in _pools(event, attractions))
    types = ((event, chain.from_iterable(each.ticket_types.all() for each in parts)) for event, parts in loaded)
    quotes = asking.on_sale(types, code)
    queues = _with_a_queue([each for _event, attractions in loaded for each in attractions])
    return [_available(event, parts, free, quotes, code, has_queue=event.pk in queues) for event, parts in loaded]


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


def _available(
    event: Event,
    attractions: list[Attraction],
    free: Free,
    quotes: Mapping[int, Quote],
    code: CampaignCode | None,
    *,
    has_queue: bool,
) -> Availability:
    of_event = _left_of_the_event(event, attractions, free)
    offers = [
        _offer(each, of_event, free, quotes, code, has_queue=has_queue and each.has_waiting_list)
        for each in attractions
    ]
    return Availability(event, offers, of_event)


def _left_of_the_event(event: Event, attractions: list[Attraction], free: Free) -> int | None:
    """The event's own places left besides those kept for attractions that somebody waits for; None without a limit.
    Matches the claims that the database refuses (`events_places_are_kept`)."""
    left = free[event.pool_id] if event.pool_id else None
    kept = [free[each.pool_id] for each in attractions if each.is_kept]
    if left is None or not kept:
        return left
    return 0 if None in kept else left - sum(number for number in kept if number is not None)


def _offer(
    attraction: Attraction,
    of_event: int | None,
    free: Free,
    quotes: Mapping[int, Quote],
    code: CampaignCode | None,
    *,
    has_queue: bool,
) -> AttractionOffer:
    left = 0 if attraction.is_kept else _tightest([free[attraction.pool_id], of_event])
    now = timezone.now()
    types = [
        TicketOffer(
            each,
            _tightest([left, free[each.pool_id] if each.pool_id else None]),
            quotes[each.pk],
            window_of_type(each, now),
        )
        for each in attraction.ticket_types.all()
    ]
    on_sale = [each for each in types if each.ticket_type.is_on_sale and _is_known(each.ticket_type, code)]
    shown = [each for each in on_sale if each.window != Window.CLOSED]
    together = [each.left for each in shown if each.window == Window.OPEN] or [each.left for each in shown]
    return AttractionOffer(
        attraction,
        _window(window_of(attraction, now), on_sale),
        _tightest([left, _sum(together) if together else None]),
        shown,
        has_queue,
        [each for each in types if each not in shown],
    )


def _is_known(ticket_type: TicketType, code: CampaignCode | None) -> bool:
    """To anybody, or to who has this code."""
    return not ticket_type.only_with_code or (code is not None and code.campaign.shows(ticket_type))


def _window(of_attraction: Window, on_sale: list[TicketOffer]) -> Window:
    """While the registration is open: also of the types sold in it. One that is sold out now may have a successor."""
    if of_attraction != Window.OPEN or not on_sale:
        return of_attraction
    windows = [each.window for each in on_sale if not each.is_sold_out] or [each.window for each in on_sale]
    return next((each for each in (Window.OPEN, Window.NOT_YET) if each in windows), Window.CLOSED)


def _sum(limits: list[int | None]) -> int | None:
    return None if None in limits else sum(limit for limit in limits if limit is not None)


def _tightest(limits: list[int | None]) -> int | None:
    known = [max(limit, 0) for limit in limits if limit is not None]
    return min(known) if known else None
