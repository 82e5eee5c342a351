"""Registering people by the API (R1, R8, X2): the same verbs, the same refusals, everybody or nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from kring.organisations import legal_texts
from kring.registrations.models import Registration
from tests import make
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(organisation):
    with scope(organisation):
        shirt = QuestionWish(label="Shirt", name="shirt", requirement="required")
        made = make.attraction(name="Camp", form=form_editing.create_form("What we ask", questions=[shirt]), capacity=2)
        made.ticket = made.ticket_types.get().pk
    return made


def participants(attraction: Any, *names: str, **answers: Any) -> dict[str, Any]:
    return {
        "event": attraction.event.slug,
        "buyer_name": "Ada Lovelace",
        "buyer_email": "ada@example.org",
        "registrations": [
            {
                "ticket_type": attraction.ticket,
                "name": name,
                "email": f"{name.lower()}@example.org",
                "answers": answers or {"shirt": "M"},
            }
            for name in names
        ],
    }


def test_a_group_is_registered_in_one_call(program, camp, organisation):
    answer = program("registrations:write")("/orders", json=participants(camp, "Bob", "Eve"))

    body = answer.json()
    assert (answer.status_code, body["state"], body["total"]) == (201, "paid", "0.00")
    assert body["url"].startswith(organisation.url + "/orders/")
    read = [program("registrations")(f"/registrations/{pk}").json() for pk in body["registrations"]]
    assert [(each["attendee"]["name"], each["state"]) for each in read] == [("Bob", "completed"), ("Eve", "completed")]


def test_where_there_are_terms_a_program_says_which_were_accepted(program, camp, organisation):
    with scope(organisation):
        legal_texts.publish("terms", {"en": "Be kind."})
    call = program("registrations:write")

    for accepted in ({}, {"accepted_terms": 2}):
        answer = call("/orders", json=participants(camp, "Bob") | accepted)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:kring:refusal:terms_not_accepted")
        assert answer.json()["errors"][0]["pointer"] == "#/accepted_terms"
    with scope(organisation):
        assert not Registration.objects.exists()

    assert call("/orders", json=participants(camp, "Bob") | {"accepted_terms": 1}).status_code == 201


def test_a_child_without_an_address_has_the_buyers_which_proves_nothing_of_the_child(program, camp, organisation):
    wanted = participants(camp, "Bob")
    del wanted["registrations"][0]["email"]
    wanted["registrations"][0]["email_confirmed"] = True

    assert program("registrations:write")("/orders", json=wanted).status_code == 201

    with scope(organisation):
        bob = Registration.objects.select_related("attendee").get()
    assert (bob.attendee_email, bob.proved_email, bob.attendee.name) == ("ada@example.org", "", "Ada Lovelace")


def test_wrong_answers_are_pointed_to_and_nobody_is_registered(program, camp, organisation):
    answer = program("registrations:write")("/orders", json=participants(camp, "Bob", shoe="38"))

    body = answer.json()
    assert (answer.status_code, body["type"]) == (422, "urn:kring:refusal:answers_wrong")
    assert {error["pointer"] for error in body["errors"]} == {
        "#/registrations/0/answers/shirt",
        "#/registrations/0/answers/shoe",
    }
    with scope(organisation):
        assert not Registration.objects.exists()


def test_all_that_is_wrong_with_an_order_is_said_at_once(program, camp, organisation):
    """Answers of one, the age of another who answered well, and terms nobody accepted."""
    with scope(organisation):
        camp.youngest = 18
        camp.save()
        camp.form.current.questions.create(name="birth_date", type="date", label="Born", position=9)
        legal_texts.publish("terms", {"en": "Be kind."}, by=make.staff("org_admin"))
    wanted = participants(camp, "Bob", "Kid")
    wanted["registrations"][0]["answers"] |= {"birth_date": "1990-01-01", "shoe": "38"}
    wanted["registrations"][1]["answers"] |= {"shirt": "M", "birth_date": "2020-01-01"}

    answer = program("registrations:write")("/orders", json=wanted)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:kring:refusal:answers_wrong")
    assert {each["pointer"] for each in answer.json()["errors"]} >= {
        *("#/registrations/0/answers/shoe", "#/registrations/1", "#/accepted_terms")
    }
    assert len(answer.json()["errors"]) >= 3


def test_when_it_is_full_it_says_so(program, camp):
    answer = program("registrations:write")("/orders", json=participants(camp, "Bob", "Eve", "Kid"))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:sold_out")


def test_a_domain_beyond_ascii_is_one_address_however_it_is_written(program, camp, organisation):
    wanted = participants(camp, "Bob", "Eve")
    wanted["buyer_email"] = wanted["registrations"][0]["email"] = "Jan@MÜNCHEN.example"
    wanted["registrations"][1]["email"] = "jan@xn--mnchen-3ya.example"

    answer = program("registrations:write")("/orders", json=wanted)

    assert answer.status_code == 201, answer.content
    with scope(organisation):
        rows = Registration.objects.filter(attendee_email="jan@münchen.example")
        assert {(each.attendee_email, each.attendee.email) for each in rows} == {("jan@xn--mnchen-3ya.example",) * 2}
        assert len(rows) == 2


def test_letters_beyond_ascii_before_the_at_are_pointed_to(program, camp):
    answer = program("registrations:write")(
        "/orders", json=participants(camp, "Bob") | {"buyer_email": "alı@example.org"}
    )

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "#/buyer_email")
    assert "unaccented" in error["detail"]


@pytest.mark.parametrize("name", ["   ", "\u200b", "\u202e\u202c", "\u3164", "a\0", "\ud800"])
def test_a_name_that_nobody_sees_is_pointed_to(program, camp, name):
    wanted = participants(camp, "Bob") | {"buyer_name": name}
    wanted["registrations"][0]["name"] = name

    answer = program("registrations:write")("/orders", json=wanted)

    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {"#/buyer_name", "#/registrations/0/name"}


def order_with(program: Any, key: str, wanted: dict[str, Any]) -> Any:
    send = program.client.post
    return send("/api/v1/orders", json.dumps(wanted), content_type="application/json", headers={"Idempotency-Key": key})


def test_the_same_request_with_the_same_key_makes_one_order(program, camp, organisation):
    call = program("registrations:write")

    first, second = (order_with(call, "8c5d-4f1e", participants(camp, "Bob")) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    with scope(organisation):
        assert Registration.objects.count() == 1


def test_another_key_or_another_program_makes_another_order(program, camp):
    one, other = program("registrations:write"), program("registrations:write")

    first = order_with(one, "8c5d-4f1e", participants(camp, "Bob"))
    second = order_with(other, "8c5d-4f1e", participants(camp, "Bob"))
    full = order_with(one, "8c5d-4f1f", participants(camp, "Bob"))

    assert (first.status_code, second.status_code, full.status_code) == (201, 201, 409)
    assert first.json()["number"] != second.json()["number"]


def test_a_key_is_not_taken_for_something_else(program, camp):
    call = program("registrations:write")
    order_with(call, "8c5d-4f1e", participants(camp, "Bob"))

    answer = order_with(call, "8c5d-4f1e", participants(camp, "Eve"))

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:kring:refusal:idempotency_key_reused")


def test_a_key_is_free_again_where_nothing_was_ordered(program, camp):
    call = program("registrations:write")

    wrong = order_with(call, "8c5d-4f1e", participants(camp, "Bob", shoe="38"))
    right = order_with(call, "8c5d-4f1e", participants(camp, "Bob"))

    assert (wrong.status_code, right.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["short", "with a space in it", "x" * 201])
def test_what_is_no_key_is_refused(program, camp, key):
    answer = order_with(program("registrations:write"), key, participants(camp, "Bob"))

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("people", [["Bob"], ["Bob", "Eve"]])
def test_the_same_key_at_the_same_moment_makes_one_order(program, camp, organisation, people):
    """Also where the first of them has taken the last place."""
    call = program("registrations:write")

    answers = at_once(lambda number: order_with(call, "8c5d-4f1e", participants(camp, *people)), 8)

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1
    with scope(organisation):
        assert Registration.objects.count() == len(people)


def test_a_token_that_reads_does_not_register(program, camp):
    assert program("registrations")("/orders", json=participants(camp, "Bob")).status_code == 403
    assert program()("/orders", json=participants(camp, "Bob")).status_code == 401


def test_the_event_of_another_organisation_is_not_there(program, camp):
    other = make.organisation()

    assert program("registrations:write", at=other)("/orders", json=participants(camp, "Bob")).status_code == 404


def test_a_registration_is_cancelled_once(program, camp):
    call = program("registrations:write")
    [pk] = call("/orders", json=participants(camp, "Bob")).json()["registrations"]

    first, second = (call(f"/registrations/{pk}/cancellation", json={"reason": "Ill"}) for _ in range(2))

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert (second.status_code, second.json()["type"]) == (409, "urn:kring:refusal:wrong_state")


def test_a_profession_nobody_knows_is_not_taken(program, camp):
    wanted = participants(camp, "Bob")
    wanted["registrations"][0]["profession"] = "astronaut"
    with scope(camp.organisation_id):
        make.professions("arts")

    assert program("registrations:write")("/orders", json=wanted).status_code == 422
    wanted["registrations"][0]["profession"] = "arts"
    assert program("registrations:write")("/orders", json=wanted).status_code == 201


def test_each_ticket_costs_what_its_buyer_chose(program, organisation):
    with scope(organisation):
        made = make.attraction(price="20")
        made.event.payment_options.create(method="cash")
        made.ticket_types.update(lowest_price="5.00")
        made.ticket = made.ticket_types.get().pk
    call, order = program("registrations:write"), participants(made, "Bob", "Eve", "Kim")
    for each, price in zip(order["registrations"], ["7.50", None, "5.00"], strict=True):
        each |= {"price": price, "answers": {}}

    answer = call("/orders", json=order)
    assert [each["price"] for each in answer.json()["tickets"]] == ["7.50", "20.00", "5.00"]
    order["registrations"][0]["price"] = "0.00"
    assert call("/orders", json=order).json()["type"] == "urn:kring:refusal:price_too_low"


def test_a_gift_on_top_is_of_the_total_and_no_ticket(program, camp, organisation):
    call, order = program("registrations:write"), participants(camp, "Bob") | {"gift": "5.00"}
    assert call("/orders", json=order).json()["type"] == "urn:kring:refusal:no_gifts"
    with scope(organisation):
        camp.event.gift_for = "our youth fund"
        camp.event.save()

    made = call("/orders", json=order).json()

    assert (made["total"], made["gift"], made["state"], len(made["tickets"])) == ("5.00", "5.00", "open", 1)
    assert program("events")(f"/events/{camp.event.slug}").json()["gift_for"] == "our youth fund"
