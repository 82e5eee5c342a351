"""From a full event over its waiting list to a ticket, in a browser; each page judged (W2, W4, W5)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from kring.billing import settling
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.places.capacity import set_capacity
from kring.waiting import managing
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry
from tests import make
from tests.jobs import work
from tests.payments import ordering


@pytest.fixture
def organisation(transactional_db):
    return make.organisation(name="Congress association", city="Utrecht")


@pytest.fixture
def dinner(organisation):
    """Full, and two wait."""
    with scope(organisation):
        event = make.event(name="Gala", slug="gala", location="City hall")
        dinner = make.attraction(event=event, name="Dinner", capacity=1, price="20")
        dinner.taken = ordering.order(attraction=dinner)
        managing.switch_on(event, members_first=True, policy="fill")
        return dinner


def join(page, name, email):
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your email").fill(email)
    page.get_by_role("button", name="Join the waiting list").click()


def invitation_of(organisation, email) -> Any:
    with scope(organisation):
        return Invitation.objects.open().get(entry__email=email)


def cancel_the_one_there_is(organisation, dinner):
    with scope(organisation):
        settling.cancel(dinner.taken, reason="")
    work()


def test_from_a_full_event_to_a_ticket(organisation, dinner, visit, check_page):
    page = visit(organisation, "/events/gala/", phone=True, timezone_id="Europe/Lisbon")
    check_page(page)
    page.get_by_role("link", name="Join the waiting list").click()
    check_page(page)
    page.get_by_role("button", name="Join the waiting list").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    check_page(page)
    join(page, "Ada Lovelace", "ada@example.org")
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    check_page(page)
    with scope(organisation):
        secret = WaitingEntry.objects.get().secret
    page.goto(page.url.replace("/events/gala/waiting-list/requested/", f"/waiting-list/{secret}/"))
    expect(page.get_by_text("you are the next")).to_be_visible()
    check_page(page)
    with scope(organisation):
        assert WaitingEntry.objects.get().time_zone == "Europe/Lisbon"
    page.get_by_role("link", name="Leave waiting list").click()
    check_page(page)
    page.go_back()

    cancel_the_one_there_is(organisation, dinner)
    page.reload()
    check_page(page)
    page.get_by_role("link", name="See invitation").click()
    expect(page.get_by_text("days, 0 hours left").or_(page.get_by_text("minutes left"))).to_be_visible()
    check_page(page)

    page.get_by_role("button", name="Accept place").click()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your email").fill("ada@example.org")
    page.get_by_role("button", name="Continue: pay €20.00").click()
    page.get_by_role("radio", name="TestPay").check()
    page.locator("main button[type=submit].btn-primary").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    page.wait_for_url("**/orders/**")
    work()
    expect(page.get_by_role("heading", name="See you at Gala!")).to_be_visible()
    with scope(organisation):
        assert WaitingEntry.objects.get().state == "converted"


def test_no_thanks_and_the_next_is_invited(organisation, dinner, visit, check_page):
    for name in ("Ada", "Bo"):
        join(visit(organisation, "/events/gala/waiting-list/"), name, f"{name.lower()}@example.org")
    cancel_the_one_there_is(organisation, dinner)
    first = invitation_of(organisation, "ada@example.org")
    page = visit(organisation, f"/waiting-list/invitations/{first.secret}/")

    page.get_by_role("link", name="No, thanks").click()
    check_page(page)
    page.get_by_role("button", name="No, thanks").click()
    expect(page.get_by_text("You declined the place")).to_be_visible()
    check_page(page)
    work()

    assert invitation_of(organisation, "bo@example.org").places == 1
    page.goto(page.url.replace(page.url.split("/waiting-list/")[1], f"invitations/{first.secret}/"))
    check_page(page)


def test_an_enrolment_period_asks_for_the_child_and_for_choices(organisation, visit, check_page):
    with scope(organisation):
        event = make.event(name="Season", slug="season", kind=Event.Kind.ENROLMENT)
        for name, ages in (("Cubs", (7, 10)), ("Scouts", (11, 15)), ("Rovers", (16, 25))):
            make.attraction(event=event, name=name, capacity=0, youngest=ages[0], oldest=ages[1])
        managing.switch_on(event, others="keep")
    page = visit(organisation, "/events/season/")
    check_page(page)

    page.get_by_role("link", name=re.compile("Join the waiting list ?: Scouts")).click()
    page.get_by_label("Name of the child").fill("Bo")
    page.get_by_label("Date of birth").fill("2000-01-01")
    check_page(page)
    join(page, "Ada", "ada@example.org")

    expect(page.get_by_text("You cannot take part in this")).to_be_visible()
    check_page(page)


def test_several_places_and_her_own_pages(organisation, visit, check_page):
    person = make.user(name="Grace Hopper")
    with scope(organisation):
        dinner = make.attraction(event=make.event(name="Gala", slug="gala"), name="Dinner", capacity=0, price="20")
        make.ticket_type(dinner, price="10", name="Student")
        managing.switch_on(dinner.event)
        joiner = Joiner(person.name, person.email, party=3, user=person)
        managing.add(dinner.event, [dinner.pk], joiner, by=person, reason="Phone")
    check_page(visit(organisation, "/portal/waiting-lists/", user=person))
    with scope(organisation):
        set_capacity(dinner.pool, 3)
    work()
    found = invitation_of(organisation, person.email)
    check_page(visit(organisation, "/portal/", user=person))

    page = visit(organisation, f"/waiting-list/invitations/{found.secret}/", phone=True)
    check_page(page)

    expect(page.locator("[data-total]")).to_have_text("€60.00")


def test_who_leads_a_group_goes_from_her_own_pages_to_its_list(organisation, visit, check_page):
    leader = make.user(name="Grace Hopper")
    with scope(organisation):
        event = make.event(name="Season", slug="season", kind=Event.Kind.ENROLMENT)
        cubs = make.attraction(event=event, name="Cubs", capacity=0, leader_email=leader.email, weekday=2)
        managing.switch_on(event)
        joiner = Joiner("Ada", "ada@example.org", who="Bo")
        managing.add(event, [cubs.pk], joiner, by=leader, reason="Phone")
    page = visit(organisation, "/portal/", user=leader, phone=True)
    check_page(page)

    page.get_by_role("link", name=re.compile("Waiting list ?: Cubs")).click()

    expect(page.get_by_role("heading", name="Cubs: Waiting list")).to_be_visible()
    expect(page.get_by_text("ada@example.org")).to_be_visible()
    check_page(page)
