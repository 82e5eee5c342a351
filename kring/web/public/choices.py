"""The choices of a visitor on the page of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kring.events.offering import AttractionOffer, TicketOffer
from kring.registrations.booking import MOST_PER_ORDER

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
    """`wanted` fills in the quantities. Where only one ticket type is available, one of it is preselected."""
    to_have = [ticket for offer in offers if offer.is_open for ticket in offer.tickets if not ticket.is_sold_out]
    if len(to_have) == 1 and not wanted:
        wanted = {to_have[0].ticket_type.pk: 1}
    return [Shelf(offer, [_choice(ticket, wanted) for ticket in offer.tickets]) for offer in offers]


def _choice(ticket: TicketOffer, wanted: Mapping[int, int]) -> TicketChoice:
    most = MOST_PER_ORDER if ticket.left is None else min(ticket.left, MOST_PER_ORDER)
    return TicketChoice(ticket, wanted.get(ticket.ticket_type.pk, 0), most)
