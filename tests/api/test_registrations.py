"""What programs learn of registrations (X2): all of them, in pieces that stay true while more come in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core import codes
from kring.core.tenancy import scope
from kring.registrations.models import Registration
from tests import make, one_of_each


@pytest.fixture
def registration(organisation):
    """A completed, paid registration whose ticket was let in, and all that hangs on it."""
    return one_of_each.of(organisation, make.user(name="Ada Lovelace", email="ada@example.org"))[Registration]


def another(registration, **fields):
    """One more like it, in an order of its own. Needs the scope."""
    line = registration.line
    order = line.order
    order.pk, order.number, order.secret = None, f"M{Registration.objects.count()}", codes.secret()
    order.save(force_insert=True)
    line.pk, line.order = None, order
    line.save(force_insert=True)
    given = {"attendee_name": "Bob", "attendee_email": "bob@example.org", "completed_at": timezone.now()}
    given |= {"state": Registration.State.COMPLETED} | fields
    return Registration.objects.create(
        line=line,
        event=registration.event,
        attraction=registration.attraction,
        ticket_type=registration.ticket_type,
        **given,
    )


def test_a_registration_tells_who_comes_to_what(program, registration):
    body = program("registrations")(f"/registrations/{registration.pk}").json()

    moments = {key: body.pop(key) for key in list(body) if key.endswith("_at")}
    assert body == {
        "id": registration.pk,
        "state": "completed",
        "event": registration.event.slug,
        "attraction": {"id": registration.attraction_id, "name": registration.attraction.name},
        "ticket_type": {"id": registration.ticket_type_id, "name": "Standard"},
        "price": "49.95",
        "base_price": "49.95",
        "price_rules": [],
        "team": {"id": registration.team_id, "name": "The Foxes"},
        "attendee": {"name": "Ada Lovelace", "email": "ada@example.org", "profession": ""},
        "order": {"number": registration.line.order.number, "state": "paid", "total": "49.95", "currency": "EUR"},
    }
    assert {key for key, value in moments.items() if value is None} == {"cancelled_at"}


def test_an_unknown_registration_is_a_problem(program, registration):
    answer = program("registrations")(f"/registrations/{registration.pk + 1}")

    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such registration.")


def test_the_list_is_filtered_by_event_and_state(program, registration, organisation):
    with scope(organisation):
        cancelled = another(
            registration, state=Registration.State.CANCELLED, cancelled_at=timezone.now(), completed_at=None
        )
        make.event(code="OTHER")
    call = program("registrations")

    assert _ids(call("/registrations")) == [registration.pk, cancelled.pk]
    assert _ids(call("/registrations", state="cancelled")) == [cancelled.pk]
    assert _ids(call("/registrations", event=registration.event.slug, state="completed")) == [registration.pk]
    assert _ids(call("/registrations", event="OTHER")) == []
    assert call("/registrations", event="party").status_code == 404


def test_what_has_changed_since_then_can_be_asked_for(program, registration, organisation):
    """However it was changed: the database itself writes down when."""
    call = program("registrations")
    with scope(organisation):
        another(registration)
    then = timezone.now()
    before = _ids(call("/registrations", updated_since=then.isoformat()))

    with scope(organisation):
        Registration.objects.filter(pk=registration.pk).update(attendee_name="Ada Byron")

    assert before == []
    assert _ids(call("/registrations", updated_since=then.isoformat())) == [registration.pk]
    assert _ids(call("/registrations", updated_since=(then + timedelta(hours=1)).isoformat())) == []


def test_a_moment_without_an_offset_is_refused(program, registration):
    answer = program("registrations")("/registrations", updated_since="2026-05-01T10:00:00")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "updated_since")


def test_what_is_added_while_a_program_reads_shifts_nothing(program, registration, organisation):
    with scope(organisation):
        ids = [registration.pk, another(registration).pk, another(registration).pk]
    call = program("registrations")

    first = call("/registrations", limit=2).json()
    with scope(organisation):
        ids.append(another(registration).pk)
        Registration.objects.filter(pk=ids[0]).delete()
    second = call("/registrations", limit=2, cursor=first["next"]).json()

    assert [item["id"] for item in first["items"] + second["items"]] == ids
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "bm9wZQ", "WzFd" * 40, "W10", "WyJhIl0", "Wy0xXQ", "W251bGxd", "é"])
def test_a_cursor_that_is_not_ours_is_refused(program, registration, cursor):
    answer = program("registrations")("/registrations", cursor=cursor)

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "cursor")


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_costs_the_same_for_one_and_for_many(
    program, registration, organisation, rows, django_assert_num_queries
):
    with scope(organisation):
        for _ in range(rows - 1):
            another(registration)
    call = program("registrations")
    call("/registrations")

    with django_assert_num_queries(9):
        assert len(call("/registrations").json()["items"]) == rows


def _ids(answer):
    return [item["id"] for item in answer.json()["items"]]
