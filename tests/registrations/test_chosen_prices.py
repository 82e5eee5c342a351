"""A ticket type may let buyers choose what they pay, from a lowest price on (D1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kring.billing.models import Order
from kring.events.editing_parts import TicketTypeWish, change_attraction
from kring.events.models import Event, TicketType
from kring.events.refusals import NoAmount, PriceIsFixed, PriceTooHigh, PriceTooLow
from kring.payments.free_of_charge import complete_for_free
from kring.registrations import new_tickets, pricing
from kring.registrations.booking import Attendee, KeptPlaces, assign, book
from kring.registrations.models import Registration
from kring.registrations.new_tickets import AgreedPrice, Promise
from tests import make
from tests.payments.ordering import fresh, let_expire
from tests.refusing import refuses
from tests.registrations.price_rules import rule

pytestmark = pytest.mark.usefixtures("in_scope")


def concert(lowest: str = "5", suggested: str = "12.50", **fields: Any) -> TicketType:
    """Paid for in cash."""
    made = make.attraction(price=suggested, **fields)
    made.event.payment_options.create(method="cash")
    kind: TicketType = made.ticket_types.get()
    kind.lowest_price = Decimal(lowest)
    kind.save()
    return kind


def ordered(kind: TicketType, *chosen: str | None, **more: Any) -> Order:
    event = Event.objects.get(attractions=kind.attraction_id)
    prices = {kind.pk: [None if each is None else Decimal(each) for each in chosen]}
    return fresh(book(event, {kind.pk: len(chosen)}, language="en", prices=prices, **more))


def lines(order: Order) -> list[tuple[str, str, bool]]:
    rows = order.lines.order_by("position")
    return [(str(each.amount), str(each.price_before), each.is_chosen) for each in rows]


def test_the_buyer_pays_what_they_chose_for_each_ticket() -> None:
    order = ordered(concert(), "20", "5.00")

    assert lines(order) == [("20.00", "20.00", True), ("5.00", "5.00", True)]
    assert order.total == Decimal(25)


def test_who_chooses_nothing_pays_what_is_suggested() -> None:
    assert lines(ordered(concert(), None)) == [("12.50", "12.50", True)]


@pytest.mark.parametrize(
    ("chosen", "refusal"),
    [
        *[("4.99", PriceTooLow), ("0", PriceTooLow), ("-10", PriceTooLow)],
        *[("10000.01", PriceTooHigh), ("99999999999", PriceTooHigh)],
        *[("5.001", NoAmount), ("NaN", NoAmount), ("Infinity", NoAmount)],
    ],
)
def test_nothing_below_the_lowest_price_and_nothing_absurd(chosen: str, refusal: Any) -> None:
    kind = concert()

    with refuses(refusal):
        ordered(kind, chosen)

    assert not Order.objects.exists()


def test_a_fixed_price_is_not_the_buyers_to_choose() -> None:
    kind = make.attraction(price="20").ticket_types.get()

    with refuses(PriceIsFixed):
        ordered(kind, "1")


def test_where_0_is_possible_it_costs_nothing_and_is_complete_without_a_payment() -> None:
    kind = concert("0")
    order = ordered(kind, "0")

    assign(order, buyer_name="Jan", buyer_email="jan@example.org", attendees=[Attendee(myself=True)])
    complete_for_free(fresh(order))

    assert fresh(order).state == Order.State.PAID
    assert ordered(kind, "0.01").total == Decimal("0.01")


def test_rules_that_take_something_off_do_nothing_to_it_and_those_on_top_count() -> None:
    kind = concert()
    event = Event.objects.get(attractions=kind.attraction_id)
    rule(event, "people", "fixed", "1", settings={"fewest": 1})
    rule(event, "people", "percent_off", "50", settings={"fewest": 1}, combines=True)
    rule(event, "people", "amount_on_top", "3", settings={"fewest": 1}, combines=True)

    order = ordered(kind, "5")
    assert lines(order) == [("8.00", "5.00", True)]

    assign(order, buyer_name="Jan", buyer_email="jan@example.org", attendees=[Attendee(myself=True)])
    assert lines(fresh(order)) == [("8.00", "5.00", True)]


def test_a_rule_off_takes_no_place_of_the_first_so_many_for_it() -> None:
    kind = concert()
    event = Event.objects.get(attractions=kind.attraction_id)
    first = rule(event, "first", settings={"places": 1})

    ordered(kind, "5")

    first.pool.refresh_from_db()
    assert first.pool.taken == 0


def test_an_order_keeps_its_price_when_the_type_lets_nobody_choose_any_more() -> None:
    kind = concert()
    event = Event.objects.get(attractions=kind.attraction_id)
    rule(event, "people", "percent_off", "50", settings={"fewest": 1})
    rule(event, "people", "amount_on_top", "3", settings={"fewest": 1}, combines=True)
    order = ordered(kind, "20")
    TicketType.objects.update(lowest_price=None)

    assign(order, buyer_name="Jan", buyer_email="jan@example.org", attendees=[Attendee(myself=True)])

    assert lines(fresh(order)) == [("23.00", "20.00", True)]


def test_what_was_chosen_counts_again_when_places_were_lost_unless_the_lowest_price_is_higher_now() -> None:
    kind = concert()
    order = ordered(kind, "6", "30")
    let_expire(order)
    TicketType.objects.update(lowest_price=Decimal(10))

    rows = Registration.objects.of_order(order).select_related("event", "attraction", "ticket_type", "line")
    changes = pricing.as_of_now(list(rows))

    assert [(each.old, each.new.price) for each in changes] == [(Decimal("6.00"), Decimal("10.00"))]


def test_a_promise_of_a_waiting_list_is_about_fixed_prices() -> None:
    kind = concert("5", "12.50", capacity=5)
    event = Event.objects.get(attractions=kind.attraction_id)
    promise = Promise({kind.pk: Decimal(1)}, event.created_at)

    assert new_tickets.of_each(event, [kind], promise) == [Decimal("12.50")]


def test_what_was_agreed_with_a_partner_is_nothing_to_choose() -> None:
    kind = concert(capacity=5)
    agreed = AgreedPrice(Decimal(2), "Baker Street")
    kept = KeptPlaces("registration", kind.attraction_id, 1, None, ticket_type_id=kind.pk, agreed=agreed)

    assert lines(ordered(kind, None, kept=kept)) == [("2.00", "12.50", False)]


@pytest.mark.parametrize(("lowest", "suggested"), [("-1", "5"), ("6", "5"), ("0", "0"), ("1", "10000.01")])
def test_the_database_keeps_lowest_and_suggested_price_sensible(lowest: str, suggested: str) -> None:
    kind = make.attraction().ticket_types.get()
    kind.lowest_price, kind.price = Decimal(lowest), Decimal(suggested)

    with pytest.raises(IntegrityError, match="ticket_type_suggests_what_may_be_chosen"), transaction.atomic():
        kind.save()


def test_it_may_become_the_buyers_to_choose_also_when_the_event_is_public() -> None:
    attraction = make.attraction(price="20")
    attraction.event.payment_options.create(method="cash")
    kind = attraction.ticket_types.get()

    wish = TicketTypeWish("Standard", Decimal(20), lowest_price=Decimal(5), pk=kind.pk)
    change_attraction(attraction, places=None, ticket_types=[wish])

    kind.refresh_from_db()
    assert kind.lowest_price == Decimal(5)
