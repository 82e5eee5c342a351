"""The teams of an event as staff sees them, and an attraction that is for teams (R8)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Attraction
from kring.registrations.models import Registration, Team
from tests import make
from tests.registrations.teams.registering import for_teams, register
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import column, errors, text
from tests.web.reading import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp(organiser: Staff) -> Attraction:
    """With a team of three, and one of two."""
    with scope(organiser.organisation):
        attraction = for_teams(make.attraction(name="Forest"))
        register(attraction, "Jan", "Piet", "Klaas", name="The Foxes")
        register(attraction, "Ada", "Ida", name="The Owls", leader_name="Max Bos", leader_email="max@example.org")
    return attraction


def test_the_list_says_who_leads_and_how_many_come(organiser: Staff, camp: Attraction) -> None:
    page = organiser.page("teams", camp.event_id)

    assert (column(page, "Team"), column(page, "Leader")) == (["The Foxes", "The Owls"], ["Ada Lovelace", "Max Bos"])
    assert column(page, "People") == ["3", "2"]
    assert column(organiser.page("teams", camp.event_id, q="bos"), "Team") == ["The Owls"]


def test_the_page_of_a_team_has_its_people_its_phone_and_for_who_may_change_it_the_leaders_page(
    organiser: Staff, treasurer: Staff, camp: Attraction
) -> None:
    with scope(organiser.organisation):
        team = Team.objects.select_related("order").get(name="The Foxes")
        Team.objects.update(phone="0612345678")
    page, seen = (each.page("team", camp.event_id, team.pk) for each in (organiser, treasurer))

    assert "Jan" in text(page) and "0612345678" in text(page)
    assert team.order.secret in page.content.decode() and team.order.secret not in seen.content.decode()


def test_the_list_of_registrations_has_a_column_of_teams_and_a_registration_names_its_own(
    organiser: Staff, camp: Attraction
) -> None:
    page = organiser.page("event_registrations", camp.event_id, col=["name", "team"], sort="team")
    with scope(organiser.organisation):
        jan = Registration.objects.get(attendee_name="Jan")

    assert sorted(column(page, "Team")) == ["The Foxes"] * 3 + ["The Owls"] * 2
    assert "The Foxes" in text(organiser.page("registration", jan.pk))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"smallest_team": "4"}, "Teams need both numbers."),
        ({"smallest_team": "4", "largest_team": "3"}, "The largest team cannot be smaller than the smallest."),
        (
            {"smallest_team": "4", "largest_team": "8", "waiting_list": "on"},
            "An attraction for teams has no waiting list.",
        ),
        ({"smallest_team": "4", "largest_team": "101"}, "less than or equal to 100"),
    ],
)
def test_numbers_of_teams_that_do_not_fit_are_refused(
    organiser: Staff, camp: Attraction, given: Any, message: str
) -> None:
    page = organiser.page("attraction", camp.event_id, camp.pk)
    sent = fields(page) | {"smallest_team": "", "largest_team": ""} | given

    answer = organiser.act("attraction", camp.event_id, camp.pk, **sent)

    assert answer.status_code == 422 and message in str(errors(answer))


def test_an_attraction_is_for_teams_once_it_says_so_and_no_more_once_it_does_not(organiser: Staff) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction()
        ticket_type = attraction.ticket_types.get().pk
    types = {"types-TOTAL_FORMS": 1, "types-INITIAL_FORMS": 1, "types-0-pk": ticket_type, "types-0-name": "Scout"}
    rest = {"name": "Game", "types-0-price": "0", "types-0-vat_rate": "0", "types-0-is_on_sale": "on"}

    for fewest, most in (("4", "12"), ("", "")):
        numbers = {"smallest_team": fewest, "largest_team": most}
        answer = organiser.act("attraction", attraction.event_id, attraction.pk, **types, **rest, **numbers)
        with scope(organiser.organisation):
            attraction.refresh_from_db()
        assert (answer.status_code, attraction.is_for_teams) == (302, bool(fewest))
