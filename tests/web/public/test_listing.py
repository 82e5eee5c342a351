"""The list of an organisation's events (E8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from tests import make
from tests.web.public.conftest import browser_on
from tests.web.reading import words


def days_from_now(days: int) -> dict:
    start = timezone.now() + timedelta(days=days)
    return {
        "starts_at": start,
        "ends_at": start + timedelta(hours=3),
        "registration_opens_at": start - timedelta(days=90),
    }


def names_in_order(text: str, *names: str) -> list[str]:
    return sorted((name for name in names if name in text), key=text.index)


def test_events_to_come_are_listed_the_soonest_first_those_that_are_over_behind_a_link(organisation, visitor):
    with scope(organisation):
        for name, days in [("Later", 20), ("Soon", 2), ("Before", -5), ("Long ago", -50)]:
            make.attraction(event=make.event(name=name, **days_from_now(days)))

    to_come, past = words(visitor.get("/")), words(visitor.get("/?when=past"))

    assert names_in_order(to_come, "Later", "Soon", "Before", "Long ago") == ["Soon", "Later"]
    assert names_in_order(past, "Later", "Soon", "Before", "Long ago") == ["Before", "Long ago"]


def test_an_event_that_is_still_new_is_not_listed(organisation, visitor):
    with scope(organisation):
        make.event(name="Secret plans", state="new")

    assert "Secret plans" not in words(visitor.get("/"))


def test_a_card_says_where_from_what_price_and_how_many_places_are_left(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction(event=make.event(name="Gala", location="City hall"), capacity=1200, price="49.95")
        make.ticket_type(attraction, price="25", name="Student")

    text = words(visitor.get("/"))

    assert "City hall" in text
    assert "from €25.00" in text
    assert "1,200 places left" in text


def test_full_means_full(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Gala"), capacity=0)

    assert "full" in words(visitor.get("/"))


def test_before_registration_begins_the_card_says_when(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(registration_opens_at=timezone.now() + timedelta(days=2)))

    assert "opens " in words(visitor.get("/"))


def test_each_word_of_a_search_is_to_be_found(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Cooking at home", location="Utrecht"))
        make.attraction(event=make.event(name="Cooking outside", location="Breda"))

    text = words(visitor.get("/?q=cook+utr"))

    assert "1 event with “cook utr”" in text
    assert names_in_order(text, "at home", "outside") == ["at home"]


def test_a_search_may_be_anything(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="100% żółw"))

    assert "100% żółw" in words(visitor.get("/", {"q": "100% ŻÓŁW"}))
    for q in ["%", "'; DROP TABLE users; --", "x" * 10_000, "🎉", "<script>"]:
        assert visitor.get("/", {"q": q}).status_code == 200


def test_htmx_gets_the_list_alone(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Gala"))

    response = visitor.get("/?q=gala", headers={"HX-Request": "true"})

    assert response.content.decode().strip().startswith('<div id="events" data-hx-disable>')
    assert "Gala" in words(response)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/", "No events planned at the moment"),
        ("/?when=past", "No past events"),
        ("/?q=nothing", "Nothing found"),
    ],
)
def test_an_empty_list_says_what_would_be_here(visitor, address, text):
    assert text in words(visitor.get(address))


def test_events_of_another_organisation_are_not_here(visitor):
    other = make.organisation()
    with scope(other):
        make.attraction(event=make.event(name="Elsewhere"))

    assert "Elsewhere" not in words(visitor.get("/"))
    assert "Elsewhere" in words(browser_on(other).get("/"))


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_costs_the_same_for_one_and_for_many(organisation, visitor, django_assert_num_queries, number):
    with scope(organisation):
        for _ in range(number):
            make.attraction(capacity=5)
    # organisation, scope (begin, set, reset, end), places to choose, count, events with pools, attractions with pools,
    # ticket types
    with django_assert_num_queries(10):
        visitor.get("/")


def test_accents_are_forgiven(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Zlot Kadry w Łodzi"))

    assert "Zlot Kadry w Łodzi" in words(visitor.get("/?q=lodzi"))


def test_the_list_can_be_narrowed_down_by_kind_place_and_dates(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Gala", location="Breda", **days_from_now(10)))
        make.attraction(
            event=make.event(name="Youth groups", kind="enrolment", location="Utrecht", **days_from_now(40))
        )
    in_a_month = (timezone.localtime() + timedelta(days=30)).date()

    def listed(query: str) -> list[str]:
        return names_in_order(words(visitor.get(f"/?{query}")), "Gala", "Youth groups")

    assert listed("kind=enrolment") == listed("place=Utrecht") == listed(f"after={in_a_month}") == ["Youth groups"]
    assert listed(f"before={in_a_month}") == ["Gala"]
    assert listed(f"kind=enrolment&before={in_a_month}") == []


def test_what_makes_no_sense_narrows_nothing_down_and_says_so(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Gala", location="Breda"))

    text = words(visitor.get("/?kind=party&place=Atlantis&after=yesterday"))

    assert "Gala" in text
    assert "Enter a valid date" in text


def test_an_event_that_goes_on_is_found_on_each_of_its_days(organisation, visitor):
    with scope(organisation):
        start = timezone.now() + timedelta(days=10)
        make.attraction(event=make.event(name="Camp", starts_at=start, ends_at=start + timedelta(days=5)))
    third_day = (start + timedelta(days=3)).date()

    assert "Camp" in words(visitor.get(f"/?after={third_day}&before={third_day}"))


def test_the_first_and_the_last_day_there_is_are_days_like_others(organisation, visitor):
    with scope(organisation):
        make.attraction(event=make.event(name="Gala"))

    assert "Gala" in words(visitor.get("/?after=0001-01-01&before=9999-12-31"))
    assert "Gala" not in words(visitor.get("/?before=0001-01-01"))
