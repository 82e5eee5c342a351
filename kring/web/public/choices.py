"""The choices of a visitor on the page of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kring.events.models.offer import MOST_PER_ORDER
from kring.events.offering import AttractionOffer, TicketOffer

FEW = 10


@dataclass(frozen=True)
class TicketChoice:
    """One ticket type: the quantity wanted now, and the most possible."""

    ticket: TicketOffer
    quantity: int
    most: int


@dataclass(frozen=True)
class Shelf:
    """One attraction with its types of ticket."""

    offer: AttractionOffer
    choices: list[TicketChoice]

    @property
    def few_left(self) -> bool:
        return self.offer.left is not None and self.offer.left <= FEW


def shelves(offers: Sequence[AttractionOffer], wanted: Mapping[int, int]) -> list[Shelf]:
    """`wanted` fills in the quantities. Of an only ticket type, as few as one may order are preselected."""
    to_have = [ticket for offer in offers if offer.is_open for ticket in offer.tickets if ticket.can_order]
    if len(to_have) == 1 and not wanted:
        wanted = {to_have[0].ticket_type.pk: to_have[0].ticket_type.fewest_per_order}
    return [Shelf(offer, [_choice(ticket, wanted) for ticket in offer.tickets]) for offer in offers]


def _choice(ticket: TicketOffer, wanted: Mapping[int, int]) -> TicketChoice:
    limits = (ticket.left, ticket.ticket_type.most_per_order, MOST_PER_ORDER)
    most = min(limit for limit in limits if limit is not None)
    return TicketChoice(ticket, wanted.get(ticket.ticket_type.pk, 0), most)
