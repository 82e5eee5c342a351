"""Campaigns and codes, read and written by programs, and codes in their quotes and orders (D2)."""

from __future__ import annotations

import json

import pytest

from kring.core.tenancy import scope
from kring.events.models import Campaign, CampaignCode, TicketType
from tests import make
from tests.registrations.codes import CODE, campaign, ordered
from tests.registrations.price_rules import attraction

pytestmark = pytest.mark.django_db
READ, WRITE = "codes", "codes:write"


@pytest.fixture
def gala(organisation):
    with scope(organisation):
        return attraction(name="Gala")


@pytest.fixture
def campaigns(gala):
    return f"/events/{gala.event.slug}/campaigns"


def send(program, path, body=None, *, method="POST", scope=WRITE):
    return program(scope).send(path, None if body is None else json.dumps(body), method=method)


def why(answer):
    return answer.json()["type"].rsplit("/", 1)[-1].rsplit(":", 1)[-1].rsplit("#", 1)[-1]


def test_a_campaign_is_made_changed_and_removed(program, organisation, campaigns):
    body = {"name": "Friends", "tickets_per_code": 1, "money": "100.00", "valid_until": "2027-01-01T00:00:00Z"}
    made = send(program, campaigns, body)
    assert (made.status_code, made.json()["in_use"], made.json()["money"]) == (201, True, "100.00")
    address = f"{campaigns}/{made.json()['id']}"

    changed = send(program, address, {"in_use": False, "money": None}, method="PATCH").json()

    assert (changed["in_use"], changed["money"], changed["tickets_per_code"]) == (False, None, 1)
    assert changed["valid_until"].startswith("2027-01-01")
    assert send(program, campaigns, {"name": "Friends"}).status_code == 409
    assert send(program, address, method="DELETE").status_code == 204
    with scope(organisation):
        assert not Campaign.objects.exists()


def test_codes_are_added_generated_and_removed(program, organisation, gala, campaigns):
    address = f"{campaigns}/{send(program, campaigns, {'name': 'Friends'}).json()['id']}/codes"

    [one] = send(program, address, {"code": "friends 26"}).json()
    made = send(program, address, {"number": 1000, "beginning": "gift"})

    assert (one["code"], one["taken"], one["most"]) == (CODE, 0, None)
    assert one["url"].endswith(f"/events/{gala.event.slug}/?code={CODE}")
    assert (made.status_code, len({each["code"] for each in made.json()})) == (201, 1000)
    listed = program(READ)(address).json()
    assert (listed["items"][0], len(listed["items"]) < 1001) == (one, True)
    assert send(program, f"{address}/{one['id']}", method="DELETE").status_code == 204
    with scope(organisation):
        assert CampaignCode.objects.count() == 1000


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"code": "ab"}, 422, "code_wrong"),
        ({"code": "ı" * 2}, 422, "code_wrong"),
        ({"code": "x" * 200}, 422, "code_wrong"),
        ({"code": "x" * 201}, 422, None),
        ({"code": "'; DROP TABLE x --" * 9}, 422, "code_wrong"),
        ({}, 422, "code_wrong"),
        ({"number": 1001}, 422, None),
        ({"number": True}, 422, None),
        ({"code": CODE}, 409, "taken"),
    ],
)
def test_what_is_no_code_is_refused(program, gala, campaigns, body, status, code):
    with scope(gala.organisation_id):
        mine = campaign(gala.event)

    answer = send(program, f"{campaigns}/{mine.pk}/codes", body)

    assert answer.status_code == status
    assert code is None or why(answer) == code


def test_what_came_of_it_and_which_rules_it_opens(program, gala, campaigns):
    with scope(gala.organisation_id):
        mine = campaign(gala.event, tickets_per_code=5)
        ordered(gala, 2)

    [read] = program(READ)(campaigns).json()

    assert read["numbers"] == {"codes": 1, "tickets": 0, "open": 2, "buyers": 0, "given": "0.00", "sold": "0.00"}
    assert len(read["price_rules"]) == 1
    refused = send(program, f"{campaigns}/{mine.pk}", {"tickets_per_code": 1}, method="PATCH")
    assert (refused.status_code, why(refused)) == (409, "limit_below_taken")
    assert send(program, f"{campaigns}/{mine.pk}", method="DELETE").json()["type"].endswith("campaign_has_rules")


def test_tokens_for_events_do_not_read_codes(program, campaigns):
    assert program("events", "events:write", "registrations:write")(campaigns).status_code == 403
    assert send(program, campaigns, {"name": "Friends"}, scope=READ).status_code == 403


def quote(program, gala, code="", tickets=1, ticket_type=None):
    with scope(gala.organisation_id):
        key = ticket_type or gala.ticket_types.order_by("pk").first().pk
    body = {"tickets": [{"ticket_type": key}] * tickets, "code": code}
    return send(program, f"/events/{gala.event.slug}/quote", body, scope="registrations")


def test_a_quote_takes_the_code_and_uses_nothing_up(program, gala):
    with scope(gala.organisation_id):
        campaign(gala.event, tickets_per_code=1)

    for _twice in range(2):
        assert quote(program, gala, "friends-26", 2).json()["total"] == "90.00"
    assert quote(program, gala).json()["total"] == "60.00"
    refused = quote(program, gala, "wrong")
    assert (refused.status_code, why(refused)) == (422, "code_unknown")


def order(program, gala, code="", ticket_type=None, **fields):
    with scope(gala.organisation_id):
        key = ticket_type or gala.ticket_types.order_by("pk").first().pk
    who = {"buyer_name": "Jan", "buyer_email": "jan@example.org", "code": code} | fields
    body = {"event": gala.event.slug, "registrations": [{"ticket_type": key, "name": "Jan"}]} | who
    return send(program, "/orders", body, scope="registrations:write")


def test_so_does_an_order(program, gala):
    with scope(gala.organisation_id):
        campaign(gala.event, tickets_per_code=1)

    made = order(program, gala, "friends 26")

    assert (made.status_code, made.json()["total"], made.json()["code"]) == (201, "30.00", CODE)
    assert [each["name"] for each in made.json()["tickets"][0]["price_rules"]] == [{"en": "Friends"}]
    refused = order(program, gala, "friends 26")
    assert (refused.status_code, why(refused)) == (422, "code_unknown")


def test_an_address_that_a_program_passes_on_is_a_typed_one(program, gala):
    with scope(gala.organisation_id):
        campaign(gala.event, tickets_per_person=1)
    assert order(program, gala, CODE).status_code == 201

    refused = order(program, gala, CODE)

    assert (refused.status_code, why(refused)) == (409, "code_used_by_person")


def test_a_ticket_type_that_only_a_code_shows_is_for_tokens_that_make_events(program, gala):
    with scope(gala.organisation_id):
        hidden = make.ticket_type(gala, price="15.00", name="Backstage")
        TicketType.objects.filter(pk=hidden.pk).update(only_with_code=True)
        campaign(gala.event, amount="", ticket_types=[hidden.pk])

    def named(*scopes):
        [part] = program(*scopes)(f"/events/{gala.event.slug}").json()["attractions"]
        return [each["name"] for each in part["ticket_types"]]

    assert (named("events"), named("door")) == (["Standard"], ["Standard"])
    assert named("events", "events:write") == named("events", "codes") == ["Standard", "Backstage"]
    for answer in (quote(program, gala, ticket_type=hidden.pk), order(program, gala, ticket_type=hidden.pk)):
        assert why(answer) == "not_on_sale"
    assert quote(program, gala, CODE, ticket_type=hidden.pk).json()["total"] == "15.00"
    assert order(program, gala, CODE, ticket_type=hidden.pk).json()["total"] == "15.00"


def test_so_are_the_rules_of_codes(program, gala):
    with scope(gala.organisation_id):
        campaign(gala.event)
    rules = f"/events/{gala.event.slug}/price-rules"

    assert (program("events")(rules).json(), len(program("events", "codes")(rules).json())) == ([], 1)


def test_one_is_made_by_a_program(program, organisation, gala):
    with scope(organisation):
        editable = make.attraction(event=make.event(state="new", name="Draft"))
    body = {"ticket_types": [{"name": "Backstage", "price": "0.00", "only_with_code": True}]}

    answer = send(
        program, f"/events/{editable.event.slug}/attractions/{editable.pk}", body, method="PATCH", scope="events:write"
    )

    assert [each["only_with_code"] for each in answer.json()["ticket_types"]] == [False, True]
