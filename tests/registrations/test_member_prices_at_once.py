"""One member in several windows has one ticket at the price of members, over real connections (D2)."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.utils import OperationalError

from kring.billing.models import OrderLine
from kring.core.tenancy import scope
from kring.events.models import PriceRule
from kring.events.pricing import price_list
from kring.registrations import booking, member_prices, registering
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.registering import RegistrationRequest
from tests import make
from tests.places.test_at_once import at_once, meet
from tests.registrations.codes import CODE, campaign, ordered, taken
from tests.registrations.price_rules import attraction, rule
from tests.waiting.crossing import Crossing, in_scope

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 8


def rush(organisation: Any) -> int:
    """In how many of several orders at once one member has it."""
    with scope(organisation):
        gala = attraction("60", capacity=1000)
        rule(gala.event, "member", amount="50")
        ada = make.staff("member", name="Ada", email="ada@example.org")
        orders = [
            book(gala.event, {gala.ticket_types.get().pk: 1}, user=ada, language="en") for _each in range(WINDOWS)
        ]

    def name(number: int) -> None:
        with scope(organisation):
            order = type(orders[number]).objects.get(pk=orders[number].pk)
            assign(order, user=ada, buyer_name="Ada", buyer_email=ada.email, attendees=[Attendee(myself=True)])

    at_once(name, len(orders))
    with scope(organisation):
        return OrderLine.objects.filter(amount=30).count()


def test_one_member_in_several_windows_pays_the_price_of_members_once(organisation: Any) -> None:
    assert rush(organisation) == 1


def test_without_the_lock_more_often(organisation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_prices.locks, "lock", lambda names: None)
    meet(monkeypatch, member_prices, "counts", WINDOWS)

    assert rush(organisation) == WINDOWS


def cross(organisation: Any, crossing: Crossing) -> list[str]:
    """A program and a member register under one address, each with the code, of which her price takes less."""
    with scope(organisation):
        gala = attraction("60", capacity=1000)
        rule(gala.event, "member", amount="50", combines=True)
        campaign(gala.event, money=Decimal(1000))
        PriceRule.objects.filter(key="code").update(combines=True)
        price_list.forget(gala.event)
        ada, mine = make.staff("member", name="Ada", email="ada@example.org"), ordered(gala)
        entries = [RegistrationRequest(gala.ticket_types.get().pk, "Bob")]

    def through_the_api() -> None:
        buyer = {"buyer_name": "Bob", "buyer_email": ada.email, "language": "en"}
        registering.register(organisation, gala.event, entries, code=CODE, **buyer)

    def in_the_browser() -> None:
        assign(mine, user=ada, buyer_name="Ada", buyer_email=ada.email, attendees=[Attendee(myself=True)])

    crossing.stop(0, booking, "book")
    crossing.stop(1, member_prices, "lock")
    return crossing.run(through_the_api, in_scope(organisation, in_the_browser))


def test_a_program_that_registers_at_that_moment_locks_nobody_out(
    organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cross(organisation, Crossing(monkeypatch)) == ["", ""]

    with scope(organisation):
        assert taken() == (2, 3000 + 1500)


def test_were_it_to_take_places_first_both_would_wait_without_end(
    organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "member_prices", SimpleNamespace(lock=lambda *args: None))

    with pytest.raises(OperationalError, match="deadlock"):
        cross(organisation, Crossing(monkeypatch))
