"""Teams read by programs (R8, X2)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from tests import make
from tests.registrations.teams.registering import for_teams, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp(organisation):
    with scope(organisation):
        attraction = for_teams(make.attraction(name="Forest", price="50"), smallest=2, largest=9)
        register(attraction, "Jan", "Piet", "Klaas")
        register(attraction, "Max", "Ida", name="The Owls")
    return attraction


def test_a_program_reads_who_leads_which_team_of_how_many(program, camp):
    [foxes, owls] = program("registrations")(f"/events/{camp.event.slug}/teams").json()["items"]

    assert (foxes["name"], foxes["people"], foxes["unfinished"], foxes["is_over"]) == ("The Foxes", 3, 0, False)
    assert foxes["leader"] == {"name": "Ada Lovelace", "email": "ada@example.org", "phone": ""}
    assert (foxes["order"]["total"], owls["order"]["total"]) == ("150.00", "100.00")
    assert foxes["attraction"] == {"id": camp.pk, "name": "Forest"}


def test_a_registration_says_its_team(program, camp, organisation):
    with scope(organisation):
        make.attraction(event=camp.event)
    rows = program("registrations")("/registrations").json()["items"]

    assert [each["team"]["name"] for each in rows] == ["The Foxes"] * 3 + ["The Owls"] * 2


def test_the_right_of_registrations_is_needed(program, camp):
    assert program("events")(f"/events/{camp.event.slug}/teams").status_code == 403
