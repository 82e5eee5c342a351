"""/api/ticket/validate answers as document 003 §3 requires (K3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import ApiToken, Role
from kring.checkin.models import Scan
from kring.core.tenancy import scope
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.tickets import make_ticket
from tests.web.door.conftest import PATH

pytestmark = pytest.mark.django_db

WELCOME = {"valid": True, "message": "Welcome!", "name": "Jan Jansen", "ticket_type": "Standard"}


def ask(client, gate, **more):
    question = {"code": gate.code, "event": gate.event.pk, "location": gate.entrance.pk, "device": "TABLET"}
    return client.post(PATH, question | more, content_type="application/json")


def test_a_good_ticket_is_answered_as_the_document_says(volunteer, gate):
    response = ask(volunteer, gate)

    assert (response.status_code, response.json()) == (200, WELCOME)
    assert response["Cache-Control"] == "no-store"


def test_the_second_time_it_is_already_scanned_with_time_place_and_name(volunteer, gate):
    at = datetime(2026, 3, 15, 13, 23, 15, tzinfo=UTC)
    with scope(gate.organisation):
        Ticket.objects.update(admitted_at=at, admitted_where="Hoofdingang")

    assert ask(volunteer, gate).json() == {
        "valid": False,
        "error": "already_scanned",
        "message": "Ticket already scanned on 15 Mar 2026 at 14:23 (Hoofdingang)",
        "scan_time": "2026-03-15T14:23:15",
        "location": "Hoofdingang",
        "name": "Jan Jansen",
    }


def test_a_made_up_code_is_not_found(volunteer, gate):
    response = ask(volunteer, gate, code="VGBC2026-USER45-LICENSE123")

    assert response.status_code == 200
    assert response.json() == {"valid": False, "error": "not_found", "message": "Ticket not found."}


def test_a_ticket_of_another_event_is_for_the_wrong_event(volunteer, gate):
    with scope(gate.organisation):
        code = codes.code_of(make_ticket(event=make.event(name="VGBC", edition="2025", code="VGBC2025")))

    assert ask(volunteer, gate, code=code).json() == {
        "valid": False,
        "error": "wrong_event",
        "message": "This ticket is for VGBC 2025, not VGBC 2026.",
    }


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        ("paying", "not_paid", "This ticket is not paid."),
        ("cancelled", "cancelled", "This registration was cancelled."),
    ],
)
def test_unpaid_and_cancelled_are_told_apart(volunteer, gate, state, error, message):
    with scope(gate.organisation):
        Registration.objects.update(state=state, cancelled_at=timezone.now() if state == "cancelled" else None)

    assert ask(volunteer, gate).json() == {"valid": False, "error": error, "message": message, "name": "Jan Jansen"}


@pytest.mark.parametrize("code", ["", "https://example.org/?a=b", "x" * 4096, "'; DROP TABLE role_user; --", "\0"])
def test_whatever_a_qr_code_holds_gets_an_answer(volunteer, gate, code):
    assert ask(volunteer, gate, code=code).json()["error"] == "not_found"


def test_asking_with_get_tells_the_verdict_and_changes_nothing(volunteer, gate):
    question = {"code": gate.code, "event": gate.event.code}

    answers = [volunteer.get(PATH, question).json() for _ in range(2)]

    assert answers == [WELCOME, WELCOME]
    with scope(gate.organisation):
        assert Ticket.objects.get().admitted_at is None
        assert not Scan.objects.exists()


def test_the_event_may_be_its_number_its_code_or_what_the_code_begins_with(volunteer, gate):
    for event in (gate.event.pk, str(gate.event.pk), "VGBC2026", "vgbc2026"):
        assert volunteer.get(PATH, {"code": gate.code, "event": event}).json() == WELCOME

    assert volunteer.get(PATH, {"code": gate.code}).json() == WELCOME
    assert volunteer.post(PATH, {"code": gate.code}, content_type="application/json").json() == WELCOME


def test_who_scanned_where_with_what_is_logged(visit, gate):
    with scope(gate.organisation):
        volunteer = make.staff("door")
    ask(visit(volunteer), gate)

    with scope(gate.organisation):
        logged = Scan.objects.get()
        assert (logged.scanned_by, logged.location, logged.device) == (volunteer, gate.entrance, "TABLET")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"code": None}, 422),
        ({"code": 12}, 422),
        ({"code": ["a"]}, 422),
        ({"device": 5}, 422),
        ({"event": 999999}, 422),
        ({"event": "9" * 40}, 422),
        ({"event": "NOPE\0"}, 422),
        ({"event": "\ud800", "location": None}, 422),
        ({"event": {"a": 1}, "location": None}, 422),
        ({"location": "here"}, 422),
        ({"location": 999999}, 422),
        ({"location": "9" * 40}, 422),
        ({"location": [1]}, 422),
        ({"event": None, "location": None, "code": "no such event"}, 422),
        ({"device": "d" * 40_000}, 413),
    ],
)
def test_what_is_no_question_is_said_in_the_same_shape(volunteer, gate, changes, status):
    response = ask(volunteer, gate, **changes)

    body = response.json()
    assert (response.status_code, body["valid"], body["error"]) == (status, False, "bad_request")
    assert body["message"]


@pytest.mark.parametrize("body", ["", "{", "[]", "7", "\xff", '"code"', "[" * 20_000, "9" * 5000])
def test_a_body_that_is_no_json_object_is_a_bad_request(volunteer, gate, body):
    response = volunteer.post(PATH, body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["error"] == "bad_request"


def test_letters_the_database_does_not_take_are_left_out(volunteer, gate):
    assert ask(volunteer, gate, code="\ud800", device="Tab\0let \ud800").json()["error"] == "not_found"

    with scope(gate.organisation):
        assert Scan.objects.values_list("code", "device").get() == ("", "Tablet ")


def test_an_entrance_of_another_event_is_refused(volunteer, gate):
    with scope(gate.organisation):
        other = make.event()

    assert ask(volunteer, gate, event=other.pk).status_code == 422
    with scope(gate.organisation):
        assert not Scan.objects.exists()


def test_other_methods_are_not_for_this_address(volunteer):
    for method in (volunteer.put, volunteer.delete, volunteer.patch):
        response = method(PATH)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


def forbidden(response, status):
    body = response.json()
    return (response.status_code, body["valid"], body["error"]) == (status, False, "forbidden") and bool(
        body["message"]
    )


@pytest.mark.parametrize("role", sorted(Role.Name.values))
def test_only_the_door_and_administrators_may_ask(visit, gate, role):
    client = visit(role)
    responses = [client.get(PATH, {"code": gate.code}), ask(client, gate)]

    if role in ("door", "org_admin"):
        assert [response.status_code for response in responses] == [200, 200]
    else:
        assert all(forbidden(response, 403) for response in responses)


def test_a_visitor_is_asked_to_log_in(visit, gate):
    response = ask(visit(), gate)

    assert forbidden(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_blocked_volunteer_may_not(visit, gate):
    with scope(gate.organisation):
        volunteer = make.staff("door")
        volunteer.roles.update(blocked_at=timezone.now())

    assert forbidden(ask(visit(volunteer), gate), 403)


def test_the_door_of_another_organisation_opens_nothing_here(visit, gate):
    elsewhere = make.organisation()
    with scope(elsewhere):
        stranger = make.staff("door")
        _token, key = ApiToken.issue(name="Theirs", scopes=["door"], created_by=make.staff("org_admin"))

    assert forbidden(ask(visit(stranger), gate), 403)
    assert forbidden(visit().get(PATH, {"code": gate.code}, headers={"Authorization": f"Bearer {key}"}), 401)


def test_a_session_needs_the_csrf_token_to_let_in(visit, gate):
    with scope(gate.organisation):
        volunteer = make.staff("door")
    client = visit(volunteer, enforce_csrf_checks=True)

    assert forbidden(ask(client, gate), 403)
    with scope(gate.organisation):
        assert Ticket.objects.get().admitted_at is None


def test_a_token_needs_none_and_its_name_stands_for_the_device(program, gate):
    turnstile = program("door")

    assert turnstile.client.post(PATH, {"code": gate.code}, content_type="application/json").json() == WELCOME
    with scope(gate.organisation):
        assert Scan.objects.values_list("device", "scanned_by").get() == ("Turnstile", None)


def test_a_token_without_the_right_or_revoked_or_made_up_opens_nothing(program, visit, gate):
    revoked = program("door")
    with scope(gate.organisation):
        revoked.token.revoke()

    assert forbidden(ask(program("events", "registrations").client, gate), 403)
    assert forbidden(ask(revoked.client, gate), 401)
    for shown in ("Bearer kring_made-up", "Bearer", "Bearer ", "Basic a2V5", ""):
        assert forbidden(visit().get(PATH, {"code": gate.code}, headers={"Authorization": shown}), 401)


def test_a_token_tells_when_it_was_last_used_to_the_minute(program, gate):
    turnstile = program("door")

    def used():
        with scope(gate.organisation):
            return ApiToken.objects.get(pk=turnstile.token.pk).last_used_at

    turnstile.client.get(PATH, {"code": gate.code})
    first = used()
    turnstile.client.get(PATH, {"code": gate.code})
    assert used() == first

    with scope(gate.organisation):
        ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    turnstile.client.get(PATH, {"code": gate.code})
    assert used() > first


def test_a_validation_by_token_costs_five_statements(program, gate, django_assert_num_queries):
    turnstile = program("door")
    turnstile.client.get(PATH, {"code": gate.code})

    # The organisation; then, in its scope: the scope itself, the token, the entrance with its event, and the one that
    # lets in and logs. The three more are the test's own: savepoint, its release, the scope's end.
    with django_assert_num_queries(5 + 3):
        ask(turnstile.client, gate)
