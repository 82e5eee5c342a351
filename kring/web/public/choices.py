"""The choices of a visitor on the page of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format

from kring.events.models import TicketType
from kring.events.models.offer import MOST_PER_ORDER
from kring.events.offering import AttractionOffer, TicketOffer
from kring.events.pricing import asking

FEW = 10


@dataclass(frozen=True)
class TicketChoice:
    """One ticket type: the quantity wanted now, and the most possible."""

    ticket: TicketOffer
    quantity: int
    most: int
    # What one pays for a ticket, where that is the buyer's to choose.
    price: str = ""


@dataclass(frozen=True)
class Shelf:
    """One attraction with its types of ticket."""

    offer: AttractionOffer
    choices: list[TicketChoice]

    @property
    def few_left(self) -> bool:
        return self.offer.left is not None and self.offer.left <= FEW


def shelves(offers: Sequence[AttractionOffer], wanted: Mapping[int, int], typed: Mapping[int, str]) -> list[Shelf]:
    """`wanted` fills in the quantities, `typed` the chosen prices. Of an only ticket type, as few as one may
    order are preselected."""
    single = [offer for offer in offers if offer.is_open and not offer.attraction.is_for_teams]
    to_have = [ticket for offer in single for ticket in offer.tickets if ticket.can_order]
    if len(to_have) == 1 and not wanted:
        wanted = {to_have[0].ticket_type.pk: to_have[0].ticket_type.fewest_per_order}
    return [Shelf(offer, [_choice(ticket, wanted, typed) for ticket in offer.tickets]) for offer in offers]


def price_field(ticket_type: TicketType, typed: Mapping[int, str]) -> str:
    """What stands in the field of a price to choose: what was typed, else what is suggested."""
    if not ticket_type.lets_choose:
        return ""
    return typed.get(ticket_type.pk, number_format(asking.suggested(ticket_type), decimal_pos=2))


def _choice(ticket: TicketOffer, wanted: Mapping[int, int], typed: Mapping[int, str]) -> TicketChoice:
    limits = (ticket.left, ticket.ticket_type.most_per_order, MOST_PER_ORDER)
    most = min(limit for limit in limits if limit is not None)
    price = price_field(ticket.ticket_type, typed)
    return TicketChoice(ticket, wanted.get(ticket.ticket_type.pk, 0), most, price)
