"""The page of an event (E8)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.models import Event, PriceRule, TicketType
from kring.places import claiming
from kring.places.capacity import set_capacity
from tests import make
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


@pytest.fixture
def gala(organisation):
    with scope(organisation):
        event = make.event(name="Gala", slug="gala", location="City hall", description="Bring **friends**.")
        return make.attraction(event=event, name="Dinner", capacity=20, price="49.95")


def page(visitor) -> str:
    return words(visitor.get("/events/gala/"))


def test_it_says_what_when_where_and_what_a_ticket_costs(gala, visitor):
    text = page(visitor)

    for expected in [
        "Gala",
        "City hall",
        "Bring friends.",
        "Dinner",
        "Standard",
        "€49.95",
        "20 places left",
        "Order tickets",
    ]:
        assert expected in text


def test_one_enrols_for_a_group_of_an_enrolment_period(gala, organisation, visitor):
    with scope(organisation):
        Event.objects.update(kind=Event.Kind.ENROLMENT)

    text = page(visitor)

    assert "Groups" in text and "Enrol" in text
    assert "Order tickets" not in text


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"registration_opens_at": 1}, "opens"),
        ({"registration_closes_at": -1}, "closed"),
        ({"starts_at": -1}, "closed"),
    ],
)
def test_when_nothing_can_be_ordered_it_says_why_and_has_no_button(organisation, visitor, window, expected):
    with scope(organisation):
        event = make.event(
            slug="gala", **{name: timezone.now() + timedelta(hours=hours) for name, hours in window.items()}
        )
        make.attraction(event=event)

    html = visitor.get("/events/gala/").content.decode()

    assert expected in page(visitor)
    assert 'type="submit"' not in html


def test_registration_begins_by_the_clock_alone(organisation, visitor):
    opens_at = timezone.now() + timedelta(minutes=10)
    with scope(organisation):
        make.attraction(event=make.event(slug="gala", registration_opens_at=opens_at), price="5")

    before = page(visitor)
    with patch("django.utils.timezone.now", return_value=opens_at + timedelta(seconds=1)):
        after = page(visitor)

    assert ("Order tickets" in before, "Order tickets" in after) == (False, True)


def test_full_means_full_and_a_place_that_comes_free_is_seen_at_once(organisation, gala, visitor):
    with scope(organisation):
        set_capacity(gala.pool, 1)
    assert "1 place left" in page(visitor)

    with scope(organisation):
        (hold,) = claiming.claim([[gala.pool]], expires_at=timezone.now() + timedelta(minutes=5))
    assert "full" in page(visitor)
    assert "Order tickets" not in page(visitor)

    with scope(organisation):
        claiming.release([hold.pk])
    assert "1 place left" in page(visitor)


def test_a_hold_that_ends_by_the_clock_frees_its_place_before_anybody_sweeps(organisation, gala, visitor):
    ends = timezone.now() + timedelta(seconds=0.4)
    with scope(organisation):
        set_capacity(gala.pool, 1)
        claiming.claim([[gala.pool]], expires_at=ends)
    assert "full" in page(visitor)

    while timezone.now() < ends:
        pass

    assert "1 place left" in page(visitor)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda gala: Event.objects.filter(pk=gala.event_id).update(name="Ball"), "Ball"),
        (lambda gala: TicketType.objects.update(price=Decimal("12.50")), "€12.50"),
        (lambda gala: make.ticket_type(gala, name="Children"), "Children"),
        (lambda gala: make.attraction(event=gala.event, name="Dancing"), "Dancing"),
        (lambda gala: type(gala).objects.update(name="Supper"), "Supper"),
        (lambda gala: type(gala.event.organiser).objects.update(name="The friends"), "The friends"),
        (lambda gala: set_capacity(gala.pool, 21), "21 places left"),
    ],
)
def test_whatever_changes_is_seen_at_once(organisation, gala, visitor, change, expected):
    assert expected not in page(visitor)

    with scope(organisation):
        change(gala)

    assert expected in page(visitor)


def test_a_change_of_the_organisation_is_seen_at_once(organisation, gala, visitor):
    page(visitor)
    organisation.name = "The new name"
    organisation.save()

    assert "The new name" in page(visitor)


def test_each_visitor_reads_it_in_her_language_and_light(gala, visitor):
    asked = [("en", ""), ("nl", ""), ("en", "dark"), ("en", "")]
    answers = []
    for language, appearance in asked:
        visitor.cookies["kring_appearance"] = appearance
        html = visitor.get("/events/gala/", headers={"accept-language": language}).content.decode()
        answers.append((re.search(r'<html lang="(\w+)"', html)[1], 'data-bs-theme="dark"' in html))

    assert answers == [("en", False), ("nl", False), ("en", True), ("en", False)]


def test_each_page_has_a_key_of_its_own(gala, visitor):
    one, other = (fields(visitor.get("/events/gala/"))["key"] for _ in range(2))

    assert one != other


def test_a_visitor_costs_three_statements_and_gets_no_cookie(gala, visitor, django_assert_num_queries):
    visitor.get("/events/gala/")
    # The organisation; the scope (which in a test opens and closes a savepoint); whether the page is still true.
    with django_assert_num_queries(3 + 3) as asked:
        response = visitor.get("/events/gala/")

    assert not [query for query in asked if "session" in query["sql"] or "accounts_user" in query["sql"]]
    assert not response.cookies


def test_an_event_that_is_still_new_is_there_only_for_those_who_prepare_it(organisation, visitor):
    with scope(organisation):
        make.event(name="Secret plans", slug="gala", state="new")
        organiser, doorkeeper = make.staff("organiser"), make.staff("door")

    assert visitor.get("/events/gala/").status_code == 404
    assert visitor.get("/events/gala.ics").status_code == 404
    visitor.force_login(doorkeeper)
    assert visitor.get("/events/gala/").status_code == 404
    visitor.force_login(organiser)
    assert "Preview" in page(visitor)


def test_the_same_address_at_another_organisation_is_another_event(gala):
    other = make.organisation()
    with scope(other):
        make.attraction(event=make.event(name="Match", slug="gala"))

    assert "Match" in page(browser_on(other))
    assert "Gala" not in page(browser_on(other))


@pytest.mark.parametrize("slug", ["nothing", "x" * 200, "%F0%9F%8E%89", "..%2f"])
def test_what_is_not_there_is_not_found(gala, visitor, slug):
    assert visitor.get(f"/events/{slug}/").status_code == 404


def test_search_engines_read_it_as_data_which_no_text_can_break(organisation, visitor):
    evil = "</script><script>alert(1)</script> & “friends”"
    with scope(organisation):
        event = make.event(name=evil, slug="gala", location="City hall", summary=evil)
        make.attraction(event=event, capacity=0, price="49.95")

    html = visitor.get("/events/gala/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])

    assert (data["@type"], data["name"], data["location"]["name"]) == ("Event", evil, "City hall")
    assert [(offer["price"], offer["availability"]) for offer in data["offers"]] == [
        ("49.95", "https://schema.org/SoldOut")
    ]
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": Event.State.FINISHED}, None),
        ({"state": Event.State.CANCELLED}, None),
        ({"registration_closes_at": timezone.now() - timedelta(hours=1)}, None),
        ({"registration_opens_at": timezone.now() + timedelta(days=1)}, "https://schema.org/PreOrder"),
        ({}, "https://schema.org/InStock"),
    ],
)
def test_search_engines_are_told_of_nothing_that_cannot_be_had(organisation, visitor, fields, expected):
    with scope(organisation):
        make.attraction(event=make.event(slug="gala", **fields), capacity=5, price="49.95")

    html = visitor.get("/events/gala/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])

    assert [offer.get("availability") for offer in data["offers"]] == [expected]


def test_it_can_be_put_into_a_calendar(gala, visitor):
    response = visitor.get("/events/gala.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Gala" in response.content.decode()


def test_where_there_is_one_thing_to_order_one_of_it_is_asked_for_already(organisation, gala, visitor):
    with scope(organisation):
        ticket_type = f"quantity-{gala.ticket_types.get().pk}"

    assert fields(visitor.get("/events/gala/"))[ticket_type] == "1"
    assert fields(visitor.get(f"/events/gala/?{ticket_type}=3"))[ticket_type] == "3"


def test_a_cancelled_event_says_so_everywhere_and_sells_nothing(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction(event=make.event(name="Storm", slug="storm", state="cancelled"))
        ticket_type = attraction.ticket_types.get()

    page, listed = visitor.get("/events/storm/"), words(visitor.get("/"))

    assert "This event was cancelled" in words(page)
    assert "https://schema.org/EventCancelled" in page.content.decode()
    assert "cancelled" in listed
    answer = visitor.post("/events/storm/order/", {f"quantity-{ticket_type.pk}": 1})
    assert (answer.status_code, "cannot be ordered at the moment" in words(answer)) == (409, True)


class TestPriceRules:
    """D2: the page says in words whom another price is for."""

    @pytest.fixture
    def rule(self, gala, organisation):
        def made(key, name, **fields):
            with scope(organisation):
                defaults = {"event": gala.event, "effect": "percent_off", "amount": 40, "names": {"en": name}}
                return PriceRule.objects.create(key=key, **defaults | fields)

        return made

    def test_reductions_are_announced(self, rule, organisation, visitor):
        with scope(organisation):
            make.professions("student")
        rule("profession", "Student price", settings={"allowed": ["student"]})
        rule("people", "Groups", settings={"fewest": 5}, effect="amount_on_top", amount="2.5")

        text = page(visitor)

        assert "Other prices Student price: 40% off (student) Groups: €2.50 on top (from 5 people in one order)" in text

    def test_but_not_those_that_are_over_switched_off_or_for_types_that_are_gone(self, rule, visitor):
        rule("dates", "Early bird", settings={"after": None, "before": "2020-01-01T00:00:00+01:00"})
        rule("member", "Members", is_active=False)
        rule("member", "Nobody", ticket_types=[])

        assert "Other prices" not in page(visitor)

    def test_a_page_that_is_kept_is_made_anew_when_a_rule_changes(self, rule, organisation, visitor):
        assert "Other prices" not in page(visitor)
        made = rule("member", "Members")
        assert "Members: 40% off" in page(visitor)

        with scope(organisation):
            PriceRule.objects.filter(pk=made.pk).update(amount=50)

        assert "Members: 50% off" in page(visitor)
