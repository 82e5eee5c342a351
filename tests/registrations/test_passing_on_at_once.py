"""Two pass the same ticket on, or the door scans it meanwhile: one comes first, over real connections (R6, K3)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.checkin import scanning
from kring.core.tenancy import scope
from kring.registrations import attendees, codes, passing_on, tickets
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
    """Whether it was let in, and whether it was passed on, where the door is half done when somebody passes it on."""
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

    crossing.stop(0, scanning, "let_in", others_first=True)
    crossing.stop(1, attendees, "accounts_of", after=False)
    crossing.run(in_scope(organisation, scan), in_scope(organisation, hand_on))
    return found["scan"], found["passing"]


def test_a_ticket_that_the_door_scans_meanwhile_is_let_in_and_not_passed_on(organisation, ticket, crossing):
    assert meet(organisation, ticket, crossing) == (True, False)

    with scope(organisation):
        assert Registration.objects.get().attendee_name == "Ada Lovelace"
        assert not TicketChange.objects.exists()


def test_without_the_guard_of_the_ticket_both_would_have_it(organisation, ticket, crossing, monkeypatch):
    """The negative control: the code is given up whatever the door did."""

    def unguarded(row: Ticket, holder: int) -> bool:
        number = (row.holder_number // tickets.ONCE_MORE + 1) * tickets.ONCE_MORE + holder
        return bool(Ticket.objects.filter(pk=row.pk).update(holder_number=number))

    monkeypatch.setattr(passing_on.tickets, "issue_anew", unguarded)

    assert meet(organisation, ticket, crossing) == (True, True)
