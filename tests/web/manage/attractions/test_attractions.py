"""Attractions with their ticket types, and payment methods (E3, D1, P1)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Attraction, Event, PaymentOption
from tests import make
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import errors, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(organiser: Staff) -> Any:
    with scope(organiser.organisation):
        return make.event(state="new")


def typed(*types: dict[str, Any], known: int = 0, **changes: Any) -> dict[str, Any]:
    data = {"name": "Workshop", "types-TOTAL_FORMS": len(types), "types-INITIAL_FORMS": known} | changes
    for number, row in enumerate(types):
        given = {"name": "Standard", "price": "0", "vat_rate": "0", "is_on_sale": "on"} | row
        data |= {f"types-{number}-{name}": value for name, value in given.items()}
    return data


def only(organisation: Any) -> Attraction:
    with scope(organisation):
        return Attraction.objects.prefetch_related("ticket_types").select_related("pool").get()


def test_an_attraction_is_added_with_ticket_types_priced_with_a_comma(organiser: Staff, event: Any) -> None:
    types = [{"price": "49,95", "vat_rate": "9"}, {"name": "Student", "price": "20.00"}]

    organiser.act("attraction_new", event.pk, **typed(*types, places=30, days_to_pay=7))

    made = only(organiser.organisation)
    assert made.pool.capacity == 30
    assert [(each.name, each.price) for each in made.ticket_types.all()] == [
        ("Standard", Decimal("49.95")),
        ("Student", Decimal("20.00")),
    ]


@pytest.mark.parametrize(("rate", "shown"), [("21.00", "21"), ("5.50", "5.5"), ("0", "0")])
def test_a_rate_of_vat_has_no_more_signs_than_it_needs(organiser: Staff, event: Any, rate: str, shown: str) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction(event=event)
        attraction.ticket_types.update(vat_rate=rate)

    page = organiser.page("attraction", event.pk, attraction.pk).content.decode()

    assert re.search(
        rf'<input[^>]*name="types-0-vat_rate"[^>]*value="{shown}"|value="{shown}"[^>]*types-0-vat_rate', page
    )


def test_days_to_pay_are_asked_for_and_nothing_typed_is_lost(organiser: Staff, event: Any) -> None:
    response = organiser.act("attraction_new", event.pk, **typed({"price": "10"}, places=30, description="Bring a pen"))

    assert response.status_code == 422
    assert errors(response).keys() == {"days_to_pay"}
    assert "Bring a pen" in response.content.decode()


@pytest.mark.parametrize(
    "types",
    [[], [{"name": ""}], [{"price": "-1"}], [{"price": "much"}], [{}, {"name": "STANDARD"}], [{"pk": 999_999}]],
    ids=["none", "no name", "below zero", "no number", "twice the same name", "another's key"],
)
def test_wrong_ticket_types_are_refused(organiser: Staff, event: Any, types: list[dict[str, Any]]) -> None:
    response = organiser.act("attraction_new", event.pk, **typed(*types))

    assert response.status_code == 422
    with scope(organiser.organisation):
        assert not Attraction.objects.exists()


def test_a_ticket_type_somebody_holds_is_not_removed(organiser: Staff) -> None:
    with scope(organiser.organisation):
        registration = make_registration()
        Event.objects.update(state="new")
    row = {"pk": registration.ticket_type_id, "DELETE": "on"}
    form = typed(row, {"name": "Other"}, known=1)

    response = organiser.act("attraction", registration.event_id, registration.attraction_id, **form)

    assert response.status_code == 422
    assert "has registrations and cannot be removed" in text(response)


def test_attractions_move(organiser: Staff, event: Any) -> None:
    with scope(organiser.organisation):
        first, second = make.attraction(event=event), make.attraction(event=event)

    organiser.act("attraction_position", event.pk, second.pk, to="up")

    with scope(organiser.organisation):
        assert list(event.attractions.all()) == [second, first]


def test_a_way_to_pay_is_offered_changed_and_removed(organiser: Staff, event: Any) -> None:
    wrong = {"account": "NL91ABNA0417164301", "holder": "Club"}
    assert errors(organiser.act("payment_option", event.pk, "transfer", **wrong)).keys() == {"account"}

    organiser.act("payment_option", event.pk, "transfer", account="NL91ABNA0417164300", holder="Club")
    organiser.act("payment_option", event.pk, "transfer", account="NL91ABNA0417164300", holder="New name")
    with scope(organiser.organisation):
        assert PaymentOption.objects.get().settings["holder"] == "New name"

    organiser.act("payment_option_removal", event.pk, "transfer")
    with scope(organiser.organisation):
        assert not PaymentOption.objects.exists()


def test_a_method_without_settings_is_offered_by_one_button(organiser: Staff, event: Any) -> None:
    organiser.act("payment_option", event.pk, "cash")

    with scope(organiser.organisation):
        assert PaymentOption.objects.get().method == "cash"


def test_a_method_nobody_knows_is_not_found(organiser: Staff, event: Any) -> None:
    assert organiser.page("payment_option", event.pk, "barter").status_code == 404


def test_a_ticket_type_says_how_many_one_order_may_have(organiser: Staff, event: Any) -> None:
    wrong = organiser.act("attraction_new", event.pk, **typed({"fewest_per_order": "4", "most_per_order": "3"}))
    assert wrong.status_code == 422
    assert "The largest number per order cannot be below the smallest." in text(wrong)

    organiser.act("attraction_new", event.pk, **typed({"fewest_per_order": "2", "most_per_order": "4"}))

    (made,) = only(organiser.organisation).ticket_types.all()
    assert (made.fewest_per_order, made.most_per_order) == (2, 4)
    assert "2 to 4 per order" in text(organiser.page("attractions", event.pk))


def test_a_ticket_type_has_a_sale_window(organiser: Staff, event: Any) -> None:
    window = {"sold_from": "2026-12-01T10:00", "sold_until": "2026-12-01T10:00"}
    wrong = organiser.act("attraction_new", event.pk, **typed(window))
    assert wrong.status_code == 422
    assert "The sale cannot end before it begins." in text(wrong)

    organiser.act("attraction_new", event.pk, **typed(window | {"sold_until": "2026-12-24T12:00"}))

    (made,) = only(organiser.organisation).ticket_types.all()
    assert made.sold_from < made.sold_until
    assert "until Thu, 24 Dec 2026, 12:00 CET" in text(organiser.page("attractions", event.pk))


def test_buyers_may_be_let_choose_what_they_pay(organiser: Staff, event: Any) -> None:
    organiser.act("attraction_new", event.pk, **typed({"price": "12,50", "lowest_price": "0"}))

    [made] = only(organiser.organisation).ticket_types.all()
    assert (made.price, made.lowest_price) == (Decimal("12.50"), Decimal(0))
    assert "to choose, from €0.00; suggested €12.50" in text(organiser.page("attractions", event.pk))


@pytest.mark.parametrize(("price", "lowest"), [("5", "6"), ("0", "0"), ("10000.01", "1"), ("5", "-1"), ("5", "much")])
def test_what_is_suggested_is_above_0_and_not_below_the_lowest_price(
    organiser: Staff, event: Any, price: str, lowest: str
) -> None:
    response = organiser.act("attraction_new", event.pk, **typed({"price": price, "lowest_price": lowest}))

    assert response.status_code == 422
    with scope(organiser.organisation):
        assert not Attraction.objects.exists()
