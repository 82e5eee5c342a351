"""Two pass the same ticket on, or the door scans it meanwhile: one comes first, over real connections (R6, K3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from kring.checkin import scanning
from kring.core.tenancy import scope
from kring.registrations import attendees, codes, passing_on
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, Ticket, TicketChange
from kring.registrations.passing_on import PassedOnAlready
from tests.places.test_at_once import at_once
from tests.registrations.changing import bought, pass_on
from tests.waiting.crossing import Crossing, in_scope

PEOPLE = 8
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(organisation: Any) -> Ticket:
    with scope(organisation):
        return bought()


@pytest.fixture
def crossing(monkeypatch: pytest.MonkeyPatch) -> Crossing:
    return Crossing(monkeypatch)


def test_of_eight_who_pass_on_the_same_ticket_one_does_and_the_others_hear_why(organisation, ticket):
    def one(number: int) -> bool:
        try:
            with scope(organisation):
                pass_on(ticket, f"Person {number}", f"person-{number}@example.org")
        except PassedOnAlready:
            return False
        return True

    done = at_once(one, PEOPLE)

    assert sum(done) == 1
    with scope(organisation):
        assert Registration.objects.get().attendee_name == f"Person {done.index(True)}"
        assert TicketChange.objects.count() == 1


def meet(organisation: Any, ticket: Ticket, crossing: Crossing) -> tuple[bool, bool]:
    """Whether it was let in, and whether it was passed on."""
    found = {"scan": False, "passing": False}

    def scan() -> None:
        result = scanning.scan(
            codes.code_of(ticket), event=ticket.registration.event, location=None, device="", user=None
        )
        found["scan"] = result.valid

    def hand_on() -> None:
        try:
            pass_on(ticket)
        except CameInAlready:
            return
        found["passing"] = True

    crossing.run(in_scope(organisation, scan), in_scope(organisation, hand_on))
    return found["scan"], found["passing"]


def door_comes_later(crossing: Crossing) -> None:
    """Who passes it on has written their part when the door begins, and goes on when the door waits or is done."""
    crossing.stop(0, scanning, "let_in", after=False)
    crossing.stop(1, attendees, "accounts_of", after=False, others_first=True)


def test_a_ticket_that_the_door_has_let_in_is_not_passed_on(organisation, ticket, crossing):
    crossing.stop(0, scanning, "let_in", others_first=True)
    crossing.stop(1, passing_on.correcting, "locked", after=False)

    assert meet(organisation, ticket, crossing) == (True, False)


def test_a_ticket_that_is_being_passed_on_is_not_let_in_with_the_code_there_was(organisation, ticket, crossing):
    door_comes_later(crossing)

    assert meet(organisation, ticket, crossing) == (False, True)


def test_without_the_lock_on_the_ticket_they_wait_for_each_other(organisation, ticket, crossing, monkeypatch):
    """The negative control: only the order is locked, as it was."""
    door_comes_later(crossing)
    monkeypatch.setattr(passing_on.correcting, "locked", lambda pk: Registration.objects.get(pk=pk))

    with pytest.raises(OperationalError, match="deadlock"):
        meet(organisation, ticket, crossing)
