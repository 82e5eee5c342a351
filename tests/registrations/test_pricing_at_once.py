"""Many buyers at once, over real connections: a rule for the first so many gives its price exactly as often (D2)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from kring.billing.models import OrderLine
from kring.core.tenancy import scope
from kring.events.models import PriceRule
from kring.places.models import Pool
from kring.registrations import booking
from tests import make
from tests.places.test_at_once import at_once, without_the_trigger
from tests.registrations.price_rules import rule

BUYERS = 32
FULL, LESS = Decimal("60.00"), Decimal("36.00")
pytestmark = pytest.mark.django_db(transaction=True)


def rush(organisation: Any, *, places: int, tickets: int = 1) -> tuple[Counter[Decimal], int]:
    """What the tickets cost, and how many places of the rule are taken."""
    with scope(organisation):
        gala = make.attraction(price=str(FULL), capacity=1000)
        rule(gala.event, "first", settings={"places": places})
        ticket_type = gala.ticket_types.get().pk

    def buy(number: int) -> Decimal:
        with scope(organisation):
            event = type(gala.event).objects.select_related("pool").get(pk=gala.event_id)
            order = booking.book(event, {ticket_type: tickets}, language="en")
            return order.total

    totals = at_once(buy, BUYERS)
    with scope(organisation):
        amounts = Counter(OrderLine.objects.values_list("amount", flat=True))
        assert sum(totals) == sum(amount * number for amount, number in amounts.items())
        return amounts, Pool.objects.get(pk=PriceRule.objects.get().pool_id).taken


def test_of_32_who_come_at_once_one_gets_the_last_place_at_the_price_of_the_first(organisation):
    amounts, taken = rush(organisation, places=1)

    assert (dict(amounts), taken) == ({LESS: 1, FULL: BUYERS - 1}, 1)


def test_orders_of_several_tickets_share_out_what_is_left(organisation):
    amounts, taken = rush(organisation, places=BUYERS + 1, tickets=2)

    assert (dict(amounts), taken) == ({LESS: BUYERS + 1, FULL: BUYERS - 1}, BUYERS + 1)


def test_without_the_trigger_more_than_one_is_the_last(organisation):
    with without_the_trigger():
        amounts, _taken = rush(organisation, places=1)

    assert amounts[LESS] > 1
