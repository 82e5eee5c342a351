"""Buyers choose what they pay: on the page of an event, behind an invitation, and once more after the time is over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from tests import make
from tests.payments.ordering import let_expire
from tests.web.public.checkout import address_of, choose
from tests.web.public.test_waiting import gala, invited  # noqa: F401
from tests.web.reading import fields, words


@pytest.fixture
def concert(organisation: Any) -> Any:
    with scope(organisation):
        made = make.attraction(name="Concert", price="12.50", capacity=10)
        made.event.payment_options.create(method="cash")
        made.ticket_types.update(lowest_price=Decimal(5))
        return made


def price_name(attraction: Any) -> str:
    with scope(attraction.organisation_id):
        return f"price-{attraction.ticket_types.get().pk}"


def amounts(attraction: Any) -> list[str]:
    with scope(attraction.organisation_id):
        return [str(each.amount) for order in Order.objects.order_by("pk") for each in order.lines.all()]


def test_the_page_asks_what_one_pays_with_a_suggestion_and_says_from_what_on(concert: Any, visitor: Any) -> None:
    page = visitor.get(address_of(concert))

    assert fields(page)[price_name(concert)] == "12.50"
    assert "you choose, from €5.00" in words(page)
    assert "suggested: €12.50" in words(page)


@pytest.mark.parametrize(
    ("language", "typed", "costs"),
    [("en", "7.25", "7.25"), ("en", "7,25", "7.25"), ("nl", "7,25", "7.25"), ("pl", " 1 000,50 ", "1000.50")],
)
def test_an_amount_is_read_as_people_write_it(
    concert: Any, visitor: Any, language: str, typed: str, costs: str
) -> None:
    visitor.cookies["language"] = language

    answer = choose(visitor, concert, 2, **{price_name(concert): typed})

    assert answer.status_code == 302
    assert amounts(concert) == [costs, costs]


@pytest.mark.parametrize("typed", ["", "much", "NaN", "1e3x", "--5", "9" * 400, "\0", "7.255"])
def test_what_is_no_amount_is_refused_in_words_and_stays_in_the_field(concert: Any, visitor: Any, typed: str) -> None:
    answer = choose(visitor, concert, 1, **{price_name(concert): typed})

    assert answer.status_code == 400
    assert "enter what you want to pay for one ticket" in words(answer)
    assert amounts(concert) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("4,99", "choose a price of at least €5.00"), ("50000", "choose a price of at most €10,000.00")],
)
def test_too_little_and_too_much_are_refused_in_words(concert: Any, visitor: Any, typed: str, sentence: str) -> None:
    answer = choose(visitor, concert, 1, **{price_name(concert): typed})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert fields(answer)[price_name(concert)] == typed


def test_a_price_beside_a_type_that_nobody_wants_is_not_read(concert: Any, visitor: Any, organisation: Any) -> None:
    with scope(organisation):
        other = make.ticket_type(concert, price="3")

    answer = choose(visitor, concert, 0, **{price_name_of_first(concert): "nonsense", f"quantity-{other.pk}": 1})

    assert answer.status_code == 302


def price_name_of_first(attraction: Any) -> str:
    with scope(attraction.organisation_id):
        return f"price-{attraction.ticket_types.first().pk}"


def test_a_price_sent_for_a_fixed_one_is_refused(visitor: Any, organisation: Any) -> None:
    with scope(organisation):
        fixed = make.attraction(price="20")

    answer = choose(visitor, fixed, 1, **{price_name(fixed): "1"})

    assert answer.status_code == 400
    assert "has a fixed price" in words(answer)


def test_the_same_form_with_another_price_is_another_order(concert: Any, visitor: Any) -> None:
    sent = fields(visitor.get(address_of(concert))) | {price_name(concert): "6"}
    address = f"{address_of(concert)}order/"

    first, again = visitor.post(address, sent), visitor.post(address, sent)
    other = visitor.post(address, sent | {price_name(concert): "7"})

    assert first["Location"] == again["Location"] != other["Location"]
    assert amounts(concert) == ["6.00", "7.00"]


def test_the_list_says_from_what_on_and_a_price_from_0_is_not_free(concert: Any, visitor: Any) -> None:
    assert "from €5.00" in words(visitor.get("/"))

    with scope(concert.organisation_id):
        concert.ticket_types.update(lowest_price=0)

    assert "free – €12.50" in words(visitor.get("/"))
    assert "Order tickets" in words(visitor.get(address_of(concert)))


def test_who_orders_again_after_the_time_pays_what_they_chose(concert: Any, visitor: Any) -> None:
    choose(visitor, concert, 2, **{price_name(concert): "6"})
    with scope(concert.organisation_id):
        order = Order.objects.get()
        let_expire(order)

    page = visitor.get(f"/orders/{order.secret}/")

    assert fields(page)[price_name(concert)] == "6.00"


def test_an_invitation_asks_for_it_too(gala: Any, visitor: Any) -> None:  # noqa: F811
    with scope(gala.organisation_id):
        gala.ticket_types.update(lowest_price=Decimal(5), price=Decimal(20))
        gala.event.payment_options.get_or_create(method="cash")
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"
    page = visitor.get(address)
    assert fields(page)[price_name(gala)] == "20.00"

    refused = visitor.post(address, fields(page) | {price_name(gala): "1"})
    assert "choose a price of at least €5.00" in words(refused)
    answer = visitor.post(address, fields(page) | {price_name(gala): "8,50"})

    assert answer.status_code == 302
    assert amounts(gala)[-1] == "8.50"
