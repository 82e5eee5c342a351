"""A member's card at the door: proof of membership, and the way to a ticket (M3)."""

from __future__ import annotations

import pytest

from kring.checkin.models import Scan
from kring.core.tenancy import scope
from kring.members import cards
from kring.members.models import Member
from kring.registrations.models import Registration, Ticket
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(gate):
    with scope(gate.organisation):
        return make.member(first_name="Anna", last_name="Vries", phone="+31 6 12345678", email="anna@mail.example")


def code_of(gate, member) -> str:
    with scope(gate.organisation):
        return cards.code_of(Member.objects.get(pk=member.pk))


def shown(volunteer, gate, code: str, **more: object):
    return volunteer.post("/scan/readings", {"code": code, "location": gate.entrance.pk, **more}).content.decode()


def test_it_shows_name_and_status_and_nothing_more(volunteer, gate, anna):
    page = shown(volunteer, gate, code_of(gate, anna))
    assert 'data-kind="green"' in page
    assert "Anna Vries" in page
    assert "Member: active." in page
    assert "No ticket for this event." in page
    assert "12345678" not in page
    assert "anna@mail.example" not in page
    with scope(gate.organisation):
        assert not Scan.objects.exists()


def test_who_left_has_no_valid_card(volunteer, gate, anna):
    code = code_of(gate, anna)
    with scope(gate.organisation):
        Member.objects.filter(pk=anna.pk).update(state="left")
    page = shown(volunteer, gate, code)
    assert 'data-kind="red"' in page
    assert "No valid membership: left." in page


def test_a_replaced_card_says_not_even_whose_it_was(volunteer, gate, anna):
    code = code_of(gate, anna)
    with scope(gate.organisation):
        Member.objects.filter(pk=anna.pk).update(card_serial=2)
    page = shown(volunteer, gate, code)
    assert 'data-kind="red"' in page
    assert "Anna" not in page


def test_it_leads_to_the_ticket_and_lets_in_only_when_somebody_says_so(volunteer, gate, anna):
    with scope(gate.organisation):
        Registration.objects.update(member=anna)
    code = code_of(gate, anna)
    page = shown(volunteer, gate, code)
    assert 'data-kind="amber"' in page
    assert "Has a ticket for this event." in page
    with scope(gate.organisation):
        assert Ticket.objects.get().admitted_at is None
    assert "Welcome!" in shown(volunteer, gate, code, anyway="1")
    with scope(gate.organisation):
        assert Ticket.objects.get().admitted_at is not None
    again = shown(volunteer, gate, code, anyway="1")
    assert "Ticket already scanned" in again


def test_the_camera_gets_the_same_answer(volunteer, gate, anna):
    question = {"code": code_of(gate, anna), "location": gate.entrance.pk}
    answer = volunteer.post("/api/ticket/validate", question, content_type="application/json").json()
    assert (answer["valid"], answer["is_member"], answer["name"]) == (False, True, "Anna Vries")


def test_to_a_turnstile_a_card_is_no_ticket(program, gate, anna):
    question = {"code": code_of(gate, anna), "location": gate.entrance.pk}
    answer = program("door").client.post("/api/ticket/validate", question, content_type="application/json").json()
    assert (answer["valid"], answer["error"]) == (False, "not_found")
    assert "name" not in answer


def test_a_ticket_of_another_event_is_not_theirs_here(volunteer, gate, anna):
    with scope(gate.organisation):
        Registration.objects.update(member=anna, event=make.event(name="Rally"))
    assert "No ticket for this event." in shown(volunteer, gate, code_of(gate, anna))


def test_a_card_of_another_organisation_is_none_here(volunteer, gate):
    other = make.organisation()
    with scope(other):
        code = cards.code_of(make.member(first_name="Olga"))
    page = shown(volunteer, gate, code)
    assert "Ticket not found." in page
    assert "Olga" not in page
