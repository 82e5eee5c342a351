"""A gift on top: asked for with the attendees, shown wherever the order is (D1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.organisations.models import Organisation
from tests import make
from tests.payments.ordering import fresh
from tests.web.manage.conftest import Staff, staff  # noqa: F401
from tests.web.public.checkout import attendee_fields, begin, enter_attendees
from tests.web.reading import fields, words


@pytest.fixture
def gala(organisation: Organisation) -> Any:
    with scope(organisation):
        made = make.attraction(name="Dinner", price="20", event=make.event(gift_for="Our youth fund"))
        made.event.payment_options.create(method="cash")
        return made


def test_it_is_asked_for_in_the_words_of_the_organisation_and_is_a_line_of_the_order(gala: Any, visitor: Any) -> None:
    order = begin(visitor, gala)
    page = visitor.get(f"/orders/{order.secret}/attendees/")
    assert "Our youth fund" in words(page)

    answer = enter_attendees(visitor, order, gift="7,50")

    assert answer["Location"].endswith("/payment/")
    shown = words(visitor.get(f"/orders/{order.secret}/payment/"))
    assert "Gift: Our youth fund €7.50" in shown
    assert "€27.50" in shown
    # Coming back, it stands there.
    assert fields(visitor.get(f"/orders/{order.secret}/attendees/"))["gift"] == "7.50"


def test_left_empty_there_is_none(gala: Any, visitor: Any) -> None:
    order = begin(visitor, gala)

    enter_attendees(visitor, order, gift="")

    with scope(gala.organisation_id):
        assert fresh(order).total == Decimal(20)


@pytest.mark.parametrize("gift", ["-1", "much", "10000.01", "NaN", "1.234"])
def test_what_is_no_amount_is_said_beside_the_field(gala: Any, visitor: Any, gift: str) -> None:
    order = begin(visitor, gala)

    answer = enter_attendees(visitor, order, gift=gift)

    assert (answer.status_code, [*answer.context["form"].errors]) == (422, ["gift"])


def test_where_nobody_asks_no_gift_is_taken(gala: Any, visitor: Any) -> None:
    order = begin(visitor, gala)
    with scope(gala.organisation_id):
        type(gala.event).objects.update(gift_for="")

    assert "gift" not in fields(visitor.get(f"/orders/{order.secret}/attendees/"))
    enter_attendees(visitor, order, gift="5")

    with scope(gala.organisation_id):
        assert fresh(order).total == Decimal(20)


def test_the_sum_follows_what_is_typed_and_nothing_is_stored(gala: Any, visitor: Any) -> None:
    order = begin(visitor, gala)

    page = visitor.post(f"/orders/{order.secret}/attendees/prices/", attendee_fields() | {"gift": "5"})

    assert "Gift: Our youth fund €5.00" in words(page)
    assert "Continue: pay €25.00" in words(page)
    with scope(gala.organisation_id):
        assert fresh(order).total == Decimal(20)


def test_free_tickets_with_a_gift_lead_to_the_payment(gala: Any, visitor: Any) -> None:
    with scope(gala.organisation_id):
        gala.ticket_types.update(price=0)
    order = begin(visitor, gala)

    assert enter_attendees(visitor, order, gift="5")["Location"].endswith("/payment/")


def test_staff_see_it_in_the_order_and_in_the_list(gala: Any, visitor: Any, staff: Any) -> None:  # noqa: F811
    treasurer: Staff = staff(Role.Name.TREASURER)
    order = begin(visitor, gala)
    enter_attendees(visitor, order, gift="5")
    with scope(gala.organisation_id):
        number = Order.objects.get().number

    assert "Gift: Our youth fund €5.00" in words(treasurer.page("order", number))
    assert "€5.00" in words(treasurer.page("orders", col=["number", "gift"]))


def test_an_organiser_asks_for_it(gala: Any, staff: Any) -> None:  # noqa: F811
    organiser: Staff = staff(Role.Name.ORGANISER)
    page = organiser.page("event_change", gala.event.pk)

    assert fields(page)["gift_for"] == "Our youth fund"
