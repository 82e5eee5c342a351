"""Two clocks, or a clock and a person, at the same moment, over real connections (E6)."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.refusals import Refusal, WrongState
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.events import editing_parts, lifecycle
from kring.events.models import Attraction, Event
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import calling_off
from tests import make
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation(transactional_db: Any) -> Any:
    return make.organisation()


def accepted(organisation: Any, **fields: Any) -> Event:
    with scope(organisation):
        event = make.event(created_by=make.user(), **fields)
        make.attraction(event=event)
    return event


def test_eight_clocks_at_once_move_each_event_once_and_say_it_once(organisation: Any) -> None:
    events = [accepted(organisation) for _ in range(5)]

    def strike(_number: int) -> int:
        with scope(organisation):
            return lifecycle.move_by_clock()

    moved = at_once(strike, 8)

    assert sum(moved) == len(events)
    with scope(organisation):
        assert set(Event.objects.values_list("state", flat=True)) == {"open"}
        assert AuditEntry.objects.filter(action="event.moved").count() == len(events)
        assert Message.objects.filter(template="event-opened").count() == len(events)


def test_a_clock_that_waited_for_a_person_leaves_the_event_as_it_was_left(organisation: Any) -> None:
    event = accepted(organisation)
    reached, struck = threading.Event(), threading.Event()

    def act(number: int) -> Any:
        with scope(organisation):
            if number == 0:
                calling_off.call_off(Event.objects.get(), reason="Storm")
                reached.set()
                # The clock reads the event as it was, and waits for its row.
                struck.wait(timeout=2)
                return None
            reached.wait(timeout=60)
            return lifecycle.move_by_clock()

    _nothing, moved = at_once(act, 2)

    with scope(organisation):
        assert (moved, Event.objects.get().state) == (0, "cancelled")
        assert not Message.objects.filter(template="event-opened").exists()
        assert event.pk


def test_of_two_administrators_one_decides(organisation: Any) -> None:
    event = accepted(organisation, state="pending")

    def decide(number: int) -> str:
        with scope(organisation):
            mine = Event.objects.select_related("created_by").get(pk=event.pk)
            try:
                if number % 2:
                    lifecycle.reject(mine, reason="No")
                else:
                    lifecycle.accept(mine)
            except WrongState:
                return "late"
            return "decided"

    assert sorted(at_once(decide, 6)) == ["decided", *["late"] * 5]
    with scope(organisation):
        assert Message.objects.count() == 1


def test_nobody_empties_an_event_while_it_is_submitted(organisation: Any) -> None:
    with scope(organisation):
        event = make.event(state="new")
        only = make.attraction(event=event)

    def act(number: int) -> None:
        with scope(organisation), suppress(Refusal, Attraction.DoesNotExist):
            mine = Event.objects.select_related("created_by").get(pk=event.pk)
            if number % 2:
                lifecycle.submit(mine)
            else:
                editing_parts.remove_attraction(Attraction.objects.get(pk=only.pk))

    at_once(act, 6)
    with scope(organisation):
        is_new = Event.objects.get(pk=event.pk).state == "new"
        assert is_new != Attraction.objects.exists()


def test_the_tick_moves_the_events_of_all_organisations_after_a_week_of_silence(organisation: Any) -> None:
    week_ago = timezone.now() - timedelta(days=7)
    other = make.organisation()
    over = accepted(organisation, starts_at=week_ago, registration_opens_at=week_ago - timedelta(days=9))
    begun = accepted(other, registration_opens_at=week_ago)

    first, again = tick(), tick()

    assert (first["events.move"], again.get("events.move", 0)) == (2, 0)
    for where, event, state, expected in ((organisation, over, "finished", 0), (other, begun, "open", 1)):
        with scope(where):
            assert Event.objects.get(pk=event.pk).state == state
            assert Message.objects.count() == expected
