"""A program at the door: the same verb as the scanner's, the same answer (X2, K3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.checkin.models import Location, Scan
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.registrations.codes import code_of
from kring.registrations.models import Registration, Ticket
from tests import make, one_of_each


@pytest.fixture
def ticket(organisation):
    """Paid, and not yet let in."""
    one_of_each.of(organisation, make.user(name="Ada Lovelace"))
    with scope(organisation):
        Ticket.objects.update(admitted_at=None, admitted_where="")
        Event.objects.update(starts_at=timezone.now())
        return Ticket.objects.with_what_a_page_shows().get()


@pytest.fixture
def scan(program, organisation, ticket):
    """Read the ticket's code at its event; what is named replaces what would be sent."""
    with scope(organisation):
        question = {"code": code_of(ticket), "event": ticket.registration.event.code}
    call = program("door")
    return lambda **given: call("/door/scan", json=question | given)


def test_a_good_ticket_is_let_in(scan, organisation, ticket):
    body = scan().json()

    assert (body["valid"], body["result"], body["name"], body["ticket_type"]) == (
        True,
        "valid",
        "Ada Lovelace",
        "Standard",
    )
    with scope(organisation):
        assert Ticket.objects.get().admitted_at


def test_the_second_time_it_is_refused_with_time_and_place(scan, organisation):
    with scope(organisation):
        entrance = Location.objects.get()
    scan(entrance=entrance.pk)

    answer = scan()

    body = answer.json()
    assert answer.status_code == 200
    assert (body["valid"], body["result"], body["scanned_where"]) == (False, "already_scanned", "North gate")
    assert body["scanned_at"].endswith(("+01:00", "+02:00"))


def test_on_another_day_a_program_says_that_a_person_looked(scan, organisation):
    with scope(organisation):
        later = timezone.now() + timedelta(days=9)
        Event.objects.update(starts_at=later, ends_at=later)

    first, second = scan().json(), scan(let_in_anyway=True).json()

    assert (first["valid"], first["result"], first["can_let_in_anyway"]) == (False, "other_day", True)
    assert (second["valid"], second["can_let_in_anyway"]) == (True, False)
    with scope(organisation):
        assert Scan.objects.order_by("-pk").first().despite == "other_day"


def test_another_events_ticket_is_refused(scan, organisation):
    with scope(organisation):
        make.event(code="OTHER")

    assert scan(event="OTHER").json()["result"] == "wrong_event"


@pytest.mark.parametrize(
    "code", ["", "hello", "https://example.org", "'; DROP TABLE x; --", "\x00", "x" * 4096, "żółw"]
)
def test_what_is_no_ticket_is_not_found(scan, code):
    assert scan(code=code).json()["result"] == "not_found"


def test_an_unpaid_ticket_is_refused(scan, organisation):
    with scope(organisation):
        Registration.objects.update(state=Registration.State.PAYING, completed_at=None)

    assert scan().json()["result"] == "not_paid"


def test_each_reading_is_written_down_with_the_tokens_name_or_the_devices(scan, organisation):
    with scope(organisation):
        Scan.objects.all().delete()

    scan()
    scan(device="Turnstile 3")
    scan(code="nonsense")

    with scope(organisation):
        written = list(Scan.objects.order_by("pk").values_list("result", "device"))
    assert written == [("valid", "Website"), ("already_scanned", "Turnstile 3"), ("not_found", "Website")]


def test_an_unknown_event_is_a_problem(scan):
    assert scan(event="party").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"entrance": 2**62}, "#/entrance"),
        ({"entrance": 2**64}, "#/entrance"),
        ({"entrance": "north"}, "#/entrance"),
        ({"code": 12}, "#/code"),
        ({"code": None}, "#/code"),
        ({"code": "x" * 4097}, "#/code"),
        ({"device": "\x00"}, "#/device"),
        ({"event": "x" * 81}, "#/event"),
        ({"event": "\x00"}, "#/event"),
    ],
)
def test_a_wrong_question_says_what_is_wrong_with_it(scan, wrong, pointer):
    answer = scan(**wrong)

    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


def test_a_scan_costs_few_statements(scan, django_assert_max_num_queries):
    scan()

    with django_assert_max_num_queries(12):
        scan()
