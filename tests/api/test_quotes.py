"""What tickets would cost, asked by a program: the same prices as on the pages, with their reasons (D2)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from tests import make
from tests.registrations.price_rules import attraction, rule, student

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gala(organisation: Any) -> Any:
    with scope(organisation):
        made = attraction()
        student(made.event)
        rule(made.event, "member", amount="50", name="Member")
        return made


def quoted(program: Any, gala: Any, *tickets: dict[str, Any], token: str = "registrations") -> Any:
    key = gala.ticket_types.get().pk
    asked = [{"ticket_type": key} | each for each in tickets]
    return program(token)(f"/events/{gala.event.slug}/quote", json={"tickets": asked})


def test_each_ticket_is_quoted_by_what_the_program_knows_of_its_person(program, gala, organisation):
    with scope(organisation):
        make.staff("member", email="ada@example.org")
        known = {"email": "ada@example.org"}
        answer = quoted(program, gala, {}, {"profession": "student"}, known, known | {"email_confirmed": True}).json()

    assert answer["total"] == "186.00"
    assert [each["price"] for each in answer["tickets"]] == ["60.00", "36.00", "60.00", "30.00"]
    assert answer["tickets"][1]["base_price"] == "60.00"
    [applied] = answer["tickets"][1]["price_rules"]
    assert (applied["name"], applied["amount"]) == ({"en": "Student"}, "-24.00")
    with scope(organisation):
        assert not Order.objects.exists()


def test_the_tickets_of_one_question_are_one_group(program, gala, organisation):
    with scope(organisation):
        rule(gala.event, "people", "fixed", "40", settings={"fewest": 3})
        prices = [[each["price"] for each in quoted(program, gala, *[{}] * n).json()["tickets"]] for n in (2, 3)]

    assert prices == [["60.00"] * 2, ["40.00"] * 3]


def test_a_ticket_type_of_another_event_is_not_on_sale_here(program, gala, organisation):
    with scope(organisation):
        other = make.attraction().ticket_types.get().pk
        answer = quoted(program, gala, {"ticket_type": other})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:not_on_sale")


def test_an_order_by_a_program_costs_what_was_quoted_and_says_why(program, gala, organisation):
    with scope(organisation):
        key = gala.ticket_types.get().pk
    people = [{"ticket_type": key, "name": "Jan"}, {"ticket_type": key, "name": "Marie", "profession": "student"}]
    body = {"event": gala.event.slug, "buyer_name": "Jan", "buyer_email": "jan@example.org", "registrations": people}

    made = program("registrations:write")("/orders", json=body).json()

    assert made["total"] == "96.00"
    assert [(each["price"], [rule["name"]["en"] for rule in each["price_rules"]]) for each in made["tickets"]] == [
        ("60.00", []),
        ("36.00", ["Student"]),
    ]


def test_a_price_that_buyers_choose_is_quoted_as_they_choose_it(program, gala, organisation):
    with scope(organisation):
        gala.ticket_types.update(lowest_price="5.00")
        answer = quoted(program, gala, {"price": "7.50", "profession": "student"}, {}).json()
        low = quoted(program, gala, {"price": "4.99"})

    assert [each["price"] for each in answer["tickets"]] == ["7.50", "60.00"]
    assert (low.status_code, low.json()["type"]) == (400, "urn:kring:refusal:price_too_low")
