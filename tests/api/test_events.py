"""What programs learn of events (X2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kring.checkin.models import Location
from kring.core.tenancy import scope
from kring.events.models import Event
from tests import make

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def congress(organisation):
    """A congress with one limited attraction, one without limit, and an entrance."""
    starts = datetime(2030, 6, 1, 9, 30, tzinfo=ZONE)
    with scope(organisation):
        event = make.event(name="Congress", slug="congress", code="CONGRESS", starts_at=starts)
        dinner = make.attraction(event=event, name="Dinner", capacity=40, price="49.95", position=1)
        make.attraction(event=event, name="Talks", position=2)
        make.ticket_type(dinner, name="Student", price="25", pool=make.pool(5), vat_rate=Decimal(9), position=1)
        Location.objects.create(event=event, name="North")
    return event


def test_an_event_tells_what_one_can_register_for(program, congress):
    body = program("events")("/events/congress").json()

    dinner, talks = body.pop("attractions")
    standard, student = dinner.pop("ticket_types")
    assert {key: body[key] for key in ("slug", "code", "state", "places")} == {
        "slug": "congress",
        "code": "CONGRESS",
        "state": "accepted",
        "places": {"capacity": None, "free": None},
    }
    assert [entrance["name"] for entrance in body["entrances"]] == ["North"]
    assert (dinner["name"], dinner["places"]) == ("Dinner", {"capacity": 40, "free": 40})
    assert (talks["name"], talks["places"]) == ("Talks", {"capacity": None, "free": None})
    assert (standard["price"], standard["currency"], standard["vat_rate"]) == ("49.95", "EUR", "0.00")
    assert (student["price"], student["vat_rate"], student["places"]) == ("25.00", "9.00", {"capacity": 5, "free": 5})


def test_moments_are_told_on_the_organisations_clock(program, congress):
    body = program("events")("/events/congress").json()

    assert body["starts_at"] == "2030-06-01T09:30:00+02:00"


def test_an_event_links_to_its_page(program, congress, organisation):
    body = program("events")("/events/congress").json()

    assert body["url"] == f"http://{organisation.subdomain}.kring.localhost/events/congress/"


def test_an_event_is_found_by_its_ticket_code(program, congress):
    assert program("door")("/events/CONGRESS").json()["slug"] == "congress"


def test_of_two_events_the_address_comes_before_the_ticket_code(program, congress, organisation):
    with scope(organisation):
        make.event(slug="CONGRESS", code="OTHER")

    assert program("events")("/events/CONGRESS").json()["code"] == "OTHER"


def test_an_unknown_event_is_a_problem(program, congress):
    answer = program("events")("/events/party")

    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such event.")


def test_the_list_shows_what_is_public_unless_asked(program, congress, organisation):
    with scope(organisation):
        make.event(slug="draft", state=Event.State.NEW)
    call = program("events")

    assert _slugs(call("/events")) == ["congress"]
    assert _slugs(call("/events", state="new")) == ["draft"]


def test_upcoming_leaves_out_what_is_over(program, congress, organisation):
    with scope(organisation):
        make.event(slug="old", starts_at=timezone.now() - timedelta(days=9))
    call = program("events")

    assert _slugs(call("/events")) == ["old", "congress"]
    assert _slugs(call("/events", upcoming="true")) == ["congress"]


def test_only_what_changed_since_then_can_be_asked_for(program, congress):
    call = program("events")
    past, future = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)

    assert _slugs(call("/events", since=past.isoformat())) == ["congress"]
    assert _slugs(call("/events", since=future.isoformat())) == []


def test_pieces_of_the_list_follow_each_other_by_date(program, organisation):
    """Two begin at the same moment: the key decides between them."""
    day = timezone.now() + timedelta(days=5)
    with scope(organisation):
        for slug, starts in (("c", day), ("a", day - timedelta(days=1)), ("d", day), ("b", day)):
            make.event(slug=slug, starts_at=starts)
    call = program("events")

    first = call("/events", limit=2).json()
    second = call("/events", limit=2, cursor=first["next"]).json()

    assert [item["slug"] for item in first["items"] + second["items"]] == ["a", "c", "d", "b"]
    assert second["next"] is None


@pytest.mark.parametrize("events", [1, 12])
def test_the_list_costs_the_same_for_one_and_for_many(program, organisation, events, django_assert_num_queries):
    with scope(organisation):
        for _ in range(events):
            make.event()
    call = program("events")
    call("/events")

    # Host, scope and savepoint; the token; the events.
    with django_assert_num_queries(8):
        assert len(call("/events").json()["items"]) == events


@pytest.mark.parametrize("attractions", [1, 12])
def test_an_event_costs_the_same_with_one_attraction_and_with_many(
    program, organisation, attractions, django_assert_num_queries
):
    with scope(organisation):
        event = make.event(slug="congress")
        for _ in range(attractions):
            make.attraction(event=event, capacity=3)
    call = program("events")
    call("/events")

    with django_assert_num_queries(12):
        assert len(call("/events/congress").json()["attractions"]) == attractions


def _slugs(answer):
    return [item["slug"] for item in answer.json()["items"]]


def test_professions_are_read_with_their_names_notes_and_whether_they_are_offered(program, organisation):
    with scope(organisation):
        make.professions("arts", notes={"nl": "Laat je pas zien"})
        make.professions("student", proof="address", domains=["uni.example"], is_active=False)

    doctor, student = program("events")("/professions").json()
    assert doctor == {
        "key": "arts",
        "names": {"en": "arts"},
        "notes": {"nl": "Laat je pas zien"},
        "offered": True,
        "proof": "word",
        "domains": [],
    }
    assert (student["offered"], student["proof"], student["domains"]) == (False, "address", ["uni.example"])
    assert program("door")("/professions").status_code == 403
