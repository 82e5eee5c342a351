"""Prices that buyers choose (D1)."""

from __future__ import annotations

from decimal import Decimal

from kring.core import money
from kring.events.models import TicketType
from kring.events.models.offer import MOST_CHOSEN
from kring.events.pricing.quoting import CENT
from kring.events.refusals import NoAmount, PriceIsFixed, PriceTooHigh, PriceTooLow
from kring.organisations.current import current_organisation


def demand(ticket_type: TicketType, chosen: Decimal) -> None:
    """Whether somebody may pay this for it. Raises PriceIsFixed, NoAmount, PriceTooLow, PriceTooHigh."""
    if ticket_type.lowest_price is None:
        raise PriceIsFixed(ticket_type=ticket_type)
    if not chosen.is_finite() or chosen != chosen.quantize(CENT):
        raise NoAmount(ticket_type=ticket_type)
    currency = current_organisation().currency
    if chosen < ticket_type.lowest_price:
        raise PriceTooLow(ticket_type=ticket_type, lowest=money.say(ticket_type.lowest_price, currency))
    if chosen > MOST_CHOSEN:
        raise PriceTooHigh(ticket_type=ticket_type, most=money.say(MOST_CHOSEN, currency))
