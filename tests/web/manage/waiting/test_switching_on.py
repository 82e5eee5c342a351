"""A waiting list from the form of an event, of an attraction, of a group (W1)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Attraction, Event, WaitingList
from kring.waiting import managing
from kring.waiting.joining import Joiner
from tests import make
from tests.web.manage.attractions import test_attractions
from tests.web.manage.conftest import Staff
from tests.web.manage.events import test_events
from tests.web.manage.reading import errors

pytestmark = pytest.mark.django_db


def attraction_form(name: str = "Workshop", **changes: Any) -> dict[str, Any]:
    return test_attractions.typed({}, name=name, **changes)


@pytest.mark.parametrize("ticked", [True, False])
def test_an_event_is_made_with_a_waiting_list_or_without(organiser: Staff, ticked: bool) -> None:
    organiser.act("event_new", **test_events.typed(**({"with_waiting_list": "on"} if ticked else {})))

    with scope(organiser.organisation):
        event = Event.objects.get()
        assert WaitingList.objects.filter(event=event, is_on=True, covers_all=True).exists() == ticked
    # A new attraction is on the list as well: its form shows that before it is ticked.
    assert organiser.page("attraction_new", event.pk).context["form"]["waiting_list"].value() == ticked


def test_an_attraction_begins_and_ends_a_list_from_its_own_form(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event(state="new")

    organiser.act("attraction_new", event.pk, **attraction_form(waiting_list="on"))
    with scope(organiser.organisation):
        made = Attraction.objects.get()
        assert made.has_waiting_list
        assert not WaitingList.objects.get(event=event, is_on=True).covers_all
        kind = made.ticket_types.get()

    row = test_attractions.typed({"pk": kind.pk}, known=1)
    organiser.act("attraction", event.pk, made.pk, **row)

    with scope(organiser.organisation):
        assert not Attraction.objects.get().has_waiting_list
        assert not WaitingList.objects.get().is_on


def test_it_may_be_begun_in_a_public_event_and_not_ended_while_somebody_waits(organiser: Staff) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction(name="Workshop")
        event, kind = attraction.event, attraction.ticket_types.get()
    row = test_attractions.typed({"pk": kind.pk}, known=1)

    organiser.act("attraction", event.pk, attraction.pk, **row | {"waiting_list": "on"})
    with scope(organiser.organisation):
        assert Attraction.objects.get().has_waiting_list
        joiner = Joiner(name="Ada", email="ada@example.org")
        managing.add(event, [attraction.pk], joiner, by=organiser.user, reason="Called us")
    refused = organiser.act("attraction", event.pk, attraction.pk, **row)

    assert errors(refused).keys() == {"waiting_list"}
    with scope(organiser.organisation):
        assert Attraction.objects.get().has_waiting_list
