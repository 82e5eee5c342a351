"""The leader of a group finds its waiting list in their own pages (W6, E7)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.accounts import staffing
from kring.accounts.models import Profile, Role
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.waiting import managing
from kring.waiting.joining import Joiner
from tests import make
from tests.web.public.conftest import browser_on
from tests.web.reading import words

LEADS = "Groups you lead"


@pytest.fixture
def cubs(organisation: Any) -> Any:
    """A full group that names its leader, and for which two children wait."""
    with scope(organisation):
        season = make.event(name="Season", kind=Event.Kind.ENROLMENT)
        cubs = make.attraction(event=season, name="Cubs", capacity=0, leader_email="Akela@Example.org")
        make.attraction(event=season, name="Scouts", capacity=0, leader_email="other@example.org")
        managing.switch_on(season)
        for child in ("Bo", "Cy"):
            joiner = Joiner("Ada", "ada@example.org", who=child)
            managing.add(season, [cubs.pk], joiner, by=make.user(), reason="Called us")
        return cubs


def logged_in(organisation: Any, user: Any) -> Any:
    browser = browser_on(organisation)
    browser.force_login(user)
    return browser


@pytest.fixture
def akela(organisation: Any) -> SimpleNamespace:
    """Known by their address alone: no role, nothing registered."""
    user = make.user("akela@example.org")
    return SimpleNamespace(user=user, browser=logged_in(organisation, user))


def test_a_leader_known_by_her_address_alone_finds_the_list_of_her_group(cubs, akela):
    page = akela.browser.get("/portal/")

    shown = words(page)
    for each in (LEADS, "Cubs", "Season", "2 wait"):
        assert each in shown, each
    assert "Scouts" not in shown
    address = f"/organisation/events/{cubs.event_id}/waiting/groups/{cubs.pk}/"
    assert f'href="{address}"' in page.content.decode()
    group = akela.browser.get(address)
    assert [each for each in ("Bo", "Cy") if each not in words(group)] == []


def test_an_address_that_nobody_has_verified_opens_nothing(cubs, akela):
    akela.user.emailaddress_set.update(verified=False)

    assert akela.browser.get("/portal/").status_code == 403


def test_a_group_of_another_organisation_opens_nothing_here(cubs, akela):
    elsewhere = make.organisation()

    assert logged_in(elsewhere, akela.user).get("/portal/").status_code == 403
    with scope(elsewhere):
        Profile.objects.create(user=akela.user)
    assert LEADS not in words(logged_in(elsewhere, akela.user).get("/portal/"))


def test_a_second_address_of_hers_counts_as_the_first(cubs, organisation):
    user = make.user()
    browser = logged_in(organisation, user)
    assert browser.get("/portal/").status_code == 403

    user.emailaddress_set.create(email="AKELA@example.org", verified=True)

    assert LEADS in words(browser.get("/portal/"))


def test_whoever_was_blocked_here_leads_nothing_any_more(cubs, organisation, akela):
    with scope(organisation):
        Role.objects.create(user=akela.user, name=Role.Name.MEMBER)
        assert LEADS in words(akela.browser.get("/portal/"))
        staffing.block(akela.user)

    assert akela.browser.get("/portal/").status_code == 403
    with scope(organisation):
        Profile.objects.create(user=akela.user)
    assert LEADS not in words(akela.browser.get("/portal/"))


def test_a_group_without_a_list_or_of_an_event_that_is_over_is_not_shown(cubs, organisation, akela):
    with scope(organisation):
        Event.objects.filter(pk=cubs.event_id).update(state=Event.State.FINISHED)
        make.attraction(name="Hike", leader_email="akela@example.org")

    page = akela.browser.get("/portal/")

    assert page.status_code == 200
    assert LEADS not in words(page)


def test_many_groups_cost_as_much_as_one(cubs, organisation, akela):
    with CaptureQueriesContext(connection) as before:
        akela.browser.get("/portal/")
    with scope(organisation):
        for number in range(12):
            make.attraction(
                event=cubs.event, name=f"Pack {number}", leader_email="akela@example.org", has_waiting_list=True
            )

    with CaptureQueriesContext(connection) as after:
        assert words(akela.browser.get("/portal/")).count("Pack") >= 12

    assert len(after) == len(before)


def test_whoever_joined_a_list_without_an_account_finds_her_place_when_she_has_one(cubs, organisation):
    """Known by the address of the mail, once they have confirmed it."""
    user = make.user("ada@example.org")
    browser = logged_in(organisation, user)

    assert "Cubs" in words(browser.get("/portal/waiting-lists/"))

    user.emailaddress_set.update(verified=False)
    assert browser.get("/portal/waiting-lists/").status_code == 403
    assert logged_in(make.organisation(), user).get("/portal/waiting-lists/").status_code == 403
