"""The calendar of one's own and one's children's (M3)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from kring.core.tenancy import scope
from kring.members import groups
from kring.members.models import CalendarLink, Meeting
from tests import make
from tests.registrations.tickets import make_ticket
from tests.web.my.families import family, leaves_home
from tests.web.public.conftest import browser_on
from tests.web.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(organisation):
    found = family(organisation)
    with scope(organisation):
        make_ticket(event=make.event(name="Gala"), attendee=found.users[0], attendee_name="Eva Jansen")
        make_ticket(event=make.event(name="Camp"), member=found.liv, attendee_name="Liv Jansen")
    return found


def address_of(browser) -> str:
    browser.post("/portal/calendar/address/")
    return re.search(
        r"<code>https?://[^/]+(/calendar/[^<]+)</code>", browser.get("/portal/calendar/").content.decode()
    )[1]


def summaries(answer) -> list[str]:
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return [str(each["summary"]) for each in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_it_shows_what_one_and_ones_children_are_registered_for(home):
    text = words(home.mother.get("/portal/calendar/"))
    assert "Gala" in text
    assert "Camp" in text
    assert "Liv Jansen" in text
    assert sorted(summaries(home.mother.get("/portal/calendar/calendar.ics"))) == ["Camp", "Gala"]


def test_a_program_reads_it_at_a_secret_address_that_another_one_replaces(home, organisation):
    first = address_of(home.mother)
    program = browser_on(organisation)
    assert sorted(summaries(program.get(first))) == ["Camp", "Gala"]
    assert "no-store" in program.get(first)["Cache-Control"]
    second = address_of(home.mother)
    assert program.get(first).status_code == 404
    assert sorted(summaries(program.get(second))) == ["Camp", "Gala"]


def test_a_father_who_left_has_the_childs_things_no_longer_in_his_program(home, organisation):
    address, program = address_of(home.father), browser_on(organisation)
    assert summaries(program.get(address)) == ["Camp"]
    leaves_home(organisation, home.jan)
    assert summaries(program.get(address)) == []
    assert "Camp" not in words(home.father.get("/portal/calendar/"))


def test_a_login_that_is_closed_and_an_address_that_is_made_up_show_nothing(home, organisation):
    address, program = address_of(home.mother), browser_on(organisation)
    home.users[0].is_active = False
    home.users[0].save()
    assert program.get(address).status_code == 404
    assert program.get("/calendar/made-up.ics").status_code == 404


def test_at_another_organisation_the_address_opens_nothing(home, organisation):
    address = address_of(home.mother)
    assert browser_on(make.organisation()).get(address).status_code == 404
    with scope(organisation):
        assert CalendarLink.objects.count() == 1


def test_meetings_of_ones_childrens_groups_are_in_it_as_long_as_they_are_ones(home, organisation):
    with scope(organisation):
        team, other = groups.create("U10"), groups.create("U12")
        groups.put_in(team, [home.liv])
        for group in (team, other):
            Meeting.objects.create(group=group, on=timezone.localdate() + timedelta(days=3), title="Match")
    assert "U10: Match" in words(home.father.get("/portal/calendar/"))
    assert "Next: U10" in words(home.father.get("/portal/"))
    assert "U10: Match" in summaries(home.father.get("/portal/calendar/calendar.ics"))
    assert "U12" not in words(home.father.get("/portal/calendar/"))
    leaves_home(organisation, home.jan)
    assert "U10" not in words(home.father.get("/portal/calendar/"))
    assert "U10" not in words(home.father.get("/portal/"))


def test_who_leads_a_group_is_named_with_it(home, organisation):
    with scope(organisation):
        team = groups.create("U10")
        groups.put_in(team, [home.liv])
        groups.put_in(team, [make.member(first_name="Coen", last_name="Coach")], part="leader")
    assert "led by Coen Coach" in words(home.mother.get("/portal/membership/"))
