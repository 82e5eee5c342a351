"""Teams at the same moment: the last places go to one of them whole, and so does a name (R8)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.registrations.models import Registration, Team
from tests import make
from tests.places.test_at_once import at_once, without_the_trigger
from tests.registrations.teams.registering import for_teams, register

pytestmark = pytest.mark.django_db(transaction=True)
TEAMS, PEOPLE = 6, 3


def rush(organisation, attraction, *, name=None):
    def press(number):
        names = [f"Scout {number} {each}" for each in range(PEOPLE)]
        try:
            with scope(organisation):
                register(attraction, *names, name=name or f"Team {number}", leader_email=f"{number}@example.org")
        except Refusal as refusal:
            return refusal.code
        except IntegrityError:
            return "name"
        return ""

    return at_once(press, TEAMS)


def sizes(organisation):
    with scope(organisation):
        return sorted(team.registrations.count() for team in Team.objects.all())


def test_of_teams_that_want_the_last_places_one_gets_all_of_them_and_the_others_none(organisation):
    with scope(organisation):
        attraction = for_teams(make.attraction(capacity=PEOPLE + 1))

    got = rush(organisation, attraction)

    assert sorted(got) == ["", *["too_few_places_for_team"] * (TEAMS - 1)]
    assert sizes(organisation) == [PEOPLE]


def test_without_the_trigger_the_same_rush_gives_too_many(organisation, monkeypatch):
    with scope(organisation):
        attraction = for_teams(make.attraction(capacity=PEOPLE + 1))

    with without_the_trigger():
        rush(organisation, attraction)

    with scope(organisation):
        assert Registration.objects.count() > PEOPLE + 1


def test_one_of_those_with_the_same_name_gets_it(organisation):
    with scope(organisation):
        attraction = for_teams(make.attraction(capacity=100))

    got = rush(organisation, attraction, name="The Foxes")

    assert got.count("") == 1
    assert sizes(organisation) == [PEOPLE]
