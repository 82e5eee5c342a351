"""Newsletters by the API: which are offered, and the consent with an order (D7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.registrations.models import Registration
from tests import make
from tests.newsletter.subscribing import TEXT, newsletter, subscriptions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(organisation: Any) -> dict[str, Any]:
    with scope(organisation):
        walk = make.attraction(name="Walk", capacity=5)
        ticket = walk.ticket_types.get().pk
    return {
        "event": walk.event.slug,
        "buyer_name": "Ada Lovelace",
        "buyer_email": "ada@example.org",
        "registrations": [{"ticket_type": ticket, "name": "Bob"}],
    }


def test_a_program_reads_those_that_are_offered(program, organisation):
    with scope(organisation):
        news = newsletter()
        newsletter("Old news", is_offered=False)

    found = program("registrations")("/newsletters").json()

    assert found == [{"id": news.pk, "name": "Club news", "texts": {"en": TEXT, "nl": "Ja, graag."}}]


def test_a_consent_with_an_order_is_kept_as_it_was_read_and_once(program, organisation, order):
    with scope(organisation):
        news = newsletter()
    ticked = {"newsletter": news.pk, "text": "Our own words", "network_address": "192.0.2.9"}
    call = program("registrations:write")

    sent = {"content_type": "application/json", "headers": {"Idempotency-Key": "a-key-of-its-own"}}
    body = json.dumps(order | {"newsletters": [ticked]})

    answers = [call.client.post("/api/v1/orders", body, **sent) for _time in range(2)]

    assert [each.status_code for each in answers] == [201, 200]
    [found] = subscriptions(organisation)
    assert (found.state, found.consent_text, found.asked_from) == ("asked", "Our own words", "192.0.2.9")
    assert found.order_number == answers[0].json()["number"]


def test_the_zone_of_an_address_is_left_out(program, organisation, order):
    with scope(organisation):
        news = newsletter()
    ticked = {"newsletter": news.pk, "text": "x", "network_address": "fe80::1%eth0"}

    assert program("registrations:write")("/orders", json=order | {"newsletters": [ticked]}).status_code == 201

    assert [each.asked_from for each in subscriptions(organisation)] == ["fe80::1"]


def test_one_that_is_not_offered_makes_no_order(program, organisation, order):
    with scope(organisation):
        news = newsletter(is_offered=False)

    answer = program("registrations:write")(
        "/orders", json=order | {"newsletters": [{"newsletter": news.pk, "text": "x"}]}
    )

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:kring:refusal:newsletter_not_offered")
    with scope(organisation):
        assert not Registration.objects.exists()
