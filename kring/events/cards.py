"""An event as a card in a list: from what price, how many places left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kring.events.models import Event
from kring.events.offering import Offer, Window, offers_of_many


@dataclass(frozen=True)
class Card:
    event: Event
    offers: list[Offer]

    @property
    def price_from(self) -> Decimal | None:
        """The lowest price on sale; None when nothing is."""
        prices = [ticket.price for offer in self.offers for ticket in offer.tickets]
        return min(prices) if prices else None

    @property
    def has_several_prices(self) -> bool:
        return len({ticket.price for offer in self.offers for ticket in offer.tickets}) > 1

    @property
    def left(self) -> int | None:
        """Places left over all attractions; None when one of them has no limit."""
        limits = [offer.left for offer in self.offers]
        if not limits or any(left is None for left in limits):
            return None
        return sum(left for left in limits if left is not None)

    @property
    def is_full(self) -> bool:
        return bool(self.offers) and all(offer.is_full for offer in self.offers)

    @property
    def can_wait(self) -> bool:
        """Nothing can be ordered, and one can wait for some of it."""
        return any(offer.can_wait for offer in self.offers) and not any(offer.can_order for offer in self.offers)

    @property
    def is_open(self) -> bool:
        return any(offer.is_open for offer in self.offers)

    @property
    def opens_at(self) -> datetime | None:
        """When registration begins, where it has nowhere begun."""
        waiting = [offer.opens_at for offer in self.offers if offer.window == Window.NOT_YET and offer.opens_at]
        return None if self.is_open or not waiting else min(waiting)


def cards(events: Iterable[Event]) -> list[Card]:
    """Cards in the order of `events` (a queryset with `pool`). A constant number of queries."""
    rows = list(events)
    return [Card(event, offers) for event, offers in zip(rows, offers_of_many(rows), strict=True)]


def upcoming_cards() -> list[Card]:
    return cards(Event.objects.listed().upcoming().with_what_a_page_shows())
