"""Partners and their tickets, read and written by programs (D3)."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from kring.core.tenancy import scope
from kring.partners.models import Partner, PartnerQuota
from tests import make
from tests.partners.giving import quota_of, take, taken_of

pytestmark = pytest.mark.django_db
READ, WRITE = "partners", "partners:write"


@pytest.fixture
def fair(organisation):
    with scope(organisation):
        attraction = make.attraction(capacity=10)
        quota = quota_of(attraction, 3, partner=make.partner(name="Bakery"))
    return SimpleNamespace(
        attraction=attraction, quota=quota, tickets=f"/events/{attraction.event.slug}/partner-tickets"
    )


def send(program, path, body=None, *, method="POST"):
    return program(WRITE).send(path, None if body is None else json.dumps(body), method=method)


def test_partners_are_read_without_their_link_and_written_with_it(program, fair):
    [read] = program(READ)("/partners").json()["items"]
    [written] = program(WRITE)("/partners").json()["items"]

    assert (read["name"], read["page_url"]) == ("Bakery", None)
    assert fair.quota.partner.secret in written["page_url"]


def test_a_partner_is_made_changed_and_removed(program, organisation):
    made = send(program, "/partners", {"name": "Butcher", "contact_email": "B@example.org", "language": "pl"})
    assert made.status_code == 201
    address = f"/partners/{made.json()['id']}"

    changed = send(program, address, {"text": "Meat"}, method="PATCH").json()

    assert (changed["name"], changed["contact_email"], changed["text"]) == ("Butcher", "b@example.org", "Meat")
    assert send(program, "/partners", {"name": "Butcher"}).status_code == 409
    assert send(program, address, method="DELETE").status_code == 204
    with scope(organisation):
        assert not Partner.objects.exists()


def test_tickets_are_kept_changed_and_removed(program, organisation, fair):
    with scope(organisation):
        partner, ticket_type = make.partner(), fair.attraction.ticket_types.get()
    body = {"partner": partner.pk, "ticket_type": ticket_type.pk, "number": 2}
    made = send(program, fair.tickets, body)
    assert (made.status_code, made.json()["taken"]) == (201, 0)
    address = f"{fair.tickets}/{made.json()['id']}"

    changed = send(program, address, {"number": 5}, method="PATCH")

    assert changed.json()["number"] == 5
    assert send(program, fair.tickets, body).status_code == 409
    with scope(organisation):
        assert taken_of(fair.attraction.pool_id) == 8
    assert send(program, address, method="DELETE").status_code == 204
    assert [each["id"] for each in program(READ)(fair.tickets).json()] == [fair.quota.pk]


def test_a_number_below_what_is_taken_is_refused(program, organisation, fair):
    with scope(organisation):
        take(fair.quota, 2)

    answer = send(program, f"{fair.tickets}/{fair.quota.pk}", {"number": 1}, method="PATCH")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:partner_number_below_taken")
    with scope(organisation):
        assert PartnerQuota.objects.select_related("pool").get().pool.capacity == 3


@pytest.mark.parametrize("wrong", [{"partner": 10**9}, {"ticket_type": 10**9}, {"number": 0}])
def test_what_there_is_not_is_pointed_at(program, organisation, fair, wrong):
    with scope(organisation):
        partner, ticket_type = make.partner(), fair.attraction.ticket_types.get()

    answer = send(program, fair.tickets, {"partner": partner.pk, "ticket_type": ticket_type.pk, "number": 2} | wrong)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"#/{name}" for name in wrong]


def test_reading_is_not_writing(program, fair):
    assert program(READ).send("/partners", "{}").status_code == 403
    assert program("events")("/partners").status_code == 403
