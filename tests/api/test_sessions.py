"""Sessions read and chosen by a program (E9)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kring.core.tenancy import scope
from kring.registrations.models import Registration
from tests import make
from tests.payments.ordering import order

pytestmark = pytest.mark.django_db


@pytest.fixture
def rally(organisation):
    with scope(organisation):
        attraction = make.attraction()
        knots = make.session(attraction, name="Knots", capacity=2, room="Tent 3")
        fire = make.session(attraction, name="Fire", capacity=1)
        registration = Registration.objects.get(line__order=order(attraction=attraction))
    return SimpleNamespace(slug=attraction.event.slug, pk=registration.pk, knots=knots.pk, fire=fire.pk)


def choose(program, rally, *sessions):
    import json

    send = program("registrations:write").send
    return send(f"/registrations/{rally.pk}/sessions", json.dumps({"sessions": sessions}), method="PUT")


def names(answer):
    return [each["name"] for each in answer.json()]


def test_the_sessions_of_an_event_are_told_with_their_free_places(program, rally):
    choose(program, rally, rally.knots)

    fire, knots = program("events")(f"/events/{rally.slug}/sessions").json()

    assert (knots["name"], knots["room"], knots["places"]) == ("Knots", "Tent 3", {"capacity": 2, "free": 1})
    assert (fire["name"], fire["places"]) == ("Fire", {"capacity": 1, "free": 1})


def test_a_program_chooses_and_changes(program, rally):
    assert names(choose(program, rally, rally.knots)) == ["Knots"]
    assert names(choose(program, rally, rally.fire)) == ["Fire"]
    assert names(program("registrations")(f"/registrations/{rally.pk}/sessions")) == ["Fire"]
    assert names(choose(program, rally)) == []


def test_a_clash_is_a_refusal_and_nothing_is_changed(program, rally):
    choose(program, rally, rally.knots)

    answer = choose(program, rally, rally.knots, rally.fire)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:two_at_once")
    assert names(program("registrations")(f"/registrations/{rally.pk}/sessions")) == ["Knots"]


def test_a_session_there_is_not_is_a_wrong_request(program, rally):
    answer = choose(program, rally, 999_999)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:no_such_session")


def test_reading_is_not_choosing(program, rally):
    send = program("registrations").send

    assert send(f"/registrations/{rally.pk}/sessions", '{"sessions": []}', method="PUT").status_code == 403
