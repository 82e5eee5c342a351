"""A leader adds people in two windows at once: never more than a team may have (R8)."""

from __future__ import annotations

import pytest

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.registrations.models import Registration, Team
from kring.registrations.teams import changing, sizes
from kring.registrations.teams.columns import Person, TeamColumns
from tests import make
from tests.places.test_at_once import at_once
from tests.registrations.teams.registering import for_teams, register

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 8


@pytest.fixture
def team(organisation):
    """Of three; five may be in it."""
    with scope(organisation):
        attraction = for_teams(make.attraction(capacity=100), largest=5)
        register(attraction, "Jan", "Piet", "Klaas")
        return Team.objects.get().pk


def rush(organisation, pk):
    def press(number):
        try:
            with scope(organisation):
                team = Team.objects.select_related("attraction__event", "order").get(pk=pk)
                types = list(team.attraction.ticket_types.select_related("attraction__pool", "pool"))
                columns = TeamColumns(team.attraction, types)
                changing.add(team, [Person(f"Scout {number}", ticket_type=types[0].pk)], columns)
        except Refusal as refusal:
            return refusal.code
        except Exception as error:
            return type(error).__name__
        return ""

    return at_once(press, WINDOWS)


def size(organisation):
    with scope(organisation):
        return Registration.objects.live().count()


def test_of_many_at_once_as_many_are_added_as_there_is_room_for(organisation, team):
    got = rush(organisation, team)

    assert sorted(got) == ["", "", *["team_too_large"] * (WINDOWS - 2)]
    assert size(organisation) == 5


def test_the_database_alone_refuses_the_sixth(organisation, team, monkeypatch):
    monkeypatch.setattr(sizes, "demand_no_more", lambda attraction, people: None)

    got = rush(organisation, team)

    assert sorted(got) == ["", "", *["IntegrityError"] * (WINDOWS - 2)]
    assert size(organisation) == 5
