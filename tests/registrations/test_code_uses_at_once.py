"""Many buyers at once, over real connections: a code counts as often as it may, and gives away no cent more (D2)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from kring.billing.models import OrderLine
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.events.pricing import codes
from kring.registrations import code_uses, refusals
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.models import CodeUse
from tests.places.test_at_once import at_once, meet, without_the_trigger
from tests.registrations.codes import CODE, campaign, taken
from tests.registrations.price_rules import attraction

BUYERS, WINDOWS = 32, 8
FULL, LESS = Decimal("60.00"), Decimal("30.00")
pytestmark = pytest.mark.django_db(transaction=True)


def rush(organisation: Any, *, tickets: int = 1, **limits: Any) -> tuple[Counter[Decimal], tuple[int, int]]:
    """All enter the code before any of them orders: what the tickets cost, and what is taken of the code."""
    with scope(organisation):
        gala = attraction(str(FULL), capacity=1000)
        campaign(gala.event, **limits)
        ticket_type = gala.ticket_types.get().pk
        entered = codes.enter(gala.event, CODE)

    def buy(number: int) -> str:
        try:
            with scope(organisation):
                event = type(gala.event).objects.select_related("pool").get(pk=gala.event_id)
                book(event, {ticket_type: tickets}, language="en", code=entered)
        except Refusal as refusal:
            return refusal.code
        return ""

    at_once(buy, BUYERS)
    with scope(organisation):
        return Counter(OrderLine.objects.values_list("amount", flat=True)), taken()


def test_of_32_who_come_at_once_with_a_code_for_one_ticket_one_has_it_and_the_others_are_refused(organisation):
    amounts, of_code = rush(organisation, tickets_per_code=1)

    assert (dict(amounts), of_code) == ({LESS: 1}, (1, 3000))


def test_no_more_money_is_given_than_there_is(organisation):
    amounts, of_code = rush(organisation, money=Decimal("100.00"))

    assert (dict(amounts), of_code) == ({LESS: 3}, (3, 9000))


def test_orders_of_several_tickets_share_out_what_is_left(organisation):
    amounts, of_code = rush(organisation, tickets=2, tickets_per_code=5, money=Decimal("120.00"))

    assert (amounts[LESS], of_code) == (4, (4, 12000))


def test_without_the_trigger_more_than_one_has_it(organisation):
    with without_the_trigger():
        amounts, _of_code = rush(organisation, tickets_per_code=1)

    assert amounts[LESS] > 1


def rush_of_one_person(organisation: Any) -> int:
    """The same address in orders that are there already; how many of them may have the code."""
    with scope(organisation):
        gala = attraction(str(FULL), capacity=1000)
        campaign(gala.event, tickets_per_person=1)
        wanted, code = {gala.ticket_types.get().pk: 1}, codes.enter(gala.event, CODE)
        orders = [book(gala.event, wanted, language="en", code=code) for _each in range(WINDOWS)]

    def name(number: int) -> str:
        try:
            with scope(organisation):
                order = type(orders[number]).objects.get(pk=orders[number].pk)
                assign(order, buyer_name="Jan", buyer_email="jan@example.org", attendees=[Attendee(myself=True)])
        except refusals.CodeUsedByPerson as refusal:
            return refusal.code
        return ""

    at_once(name, len(orders))
    with scope(organisation):
        return CodeUse.objects.exclude(person="").count()


def test_one_person_in_several_windows_uses_it_once(organisation):
    assert rush_of_one_person(organisation) == 1


def test_without_the_lock_more_often(organisation, monkeypatch):
    monkeypatch.setattr(code_uses.locks, "lock", lambda names: None)
    meet(monkeypatch, code_uses, "_of", WINDOWS, skip=1)

    assert rush_of_one_person(organisation) == WINDOWS
