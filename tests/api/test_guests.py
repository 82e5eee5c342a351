"""The guest list read and written by programs (D5, X2)."""

from __future__ import annotations

import json

import pytest

from kring.checkin.guests import arriving, keeping
from kring.checkin.models import Guest
from kring.core.tenancy import scope
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(organisation):
    with scope(organisation):
        return make.event_today()


def test_a_program_reads_the_list_in_pages(program, organisation, event):
    with scope(organisation):
        for number in range(3):
            keeping.add(event, name=f"Guest {number}", companions=number)
    read = program("guests")

    first = read(f"/events/{event.slug}/guests", limit=2).json()
    second = read(f"/events/{event.slug}/guests", limit=2, cursor=first["next"]).json()

    assert [each["name"] for each in first["items"] + second["items"]] == ["Guest 0", "Guest 1", "Guest 2"]
    assert second["next"] is None
    one = read(f"/events/{event.slug}/guests/{first['items'][1]['id']}").json()
    assert (one["companions"], one["arrived"], one["arrived_at"]) == (1, 0, None)


def test_a_program_adds_changes_and_removes(program, organisation, event):
    write, path = program("guests:write"), f"/events/{event.slug}/guests"

    made = write(path, json={"name": " José  Núñez ", "companions": 2, "invited_by": "Rotary", "note": "Table 4"})
    assert (made.status_code, made.json()["name"]) == (201, "José Núñez")
    again = write(path, json={"name": "jose nunez"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:kring:refusal:guest_known")
    assert write(path, json={"name": "jose nunez", "same_name": True}).status_code == 201

    one = f"{path}/{made.json()['id']}"
    changed = write.send(one, json.dumps({"companions": 0}), method="PATCH").json()
    assert (changed["companions"], changed["note"]) == (0, "Table 4")
    assert write.client.delete(f"/api/v1{one}").status_code == 204
    with scope(organisation):
        assert [guest.name for guest in Guest.objects.all()] == ["jose nunez"]


def test_the_same_key_adds_a_guest_once(program, organisation, event):
    write = program("guests:write")
    answers = [
        write.client.post(
            f"/api/v1/events/{event.slug}/guests",
            json.dumps({"name": "Jan"}),
            content_type="application/json",
            headers={"idempotency-key": "a-key-of-ours"},
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


def test_who_came_in_stays(program, organisation, event):
    with scope(organisation):
        guest = keeping.add(event, name="Jan", companions=2)
        arriving.tick_off(guest, 3, seen=0, location=None, user=None)
    write, one = program("guests:write"), f"/events/{event.slug}/guests/{guest.pk}"

    removed = write.client.delete(f"/api/v1{one}")
    lowered = write.send(one, json.dumps({"companions": 1}), method="PATCH")

    assert removed.json()["type"] == "urn:kring:refusal:guest_came"
    assert lowered.json()["type"] == "urn:kring:refusal:fewer_than_arrived"
    assert program("guests")(one).json()["arrived"] == 3


@pytest.mark.parametrize(
    "guest", [{}, {"name": ""}, {"name": "x", "companions": 100}, {"name": "x", "companions": True}, {"name": "a\0b"}]
)
def test_wrong_values_are_refused(program, event, guest):
    assert program("guests:write")(f"/events/{event.slug}/guests", json=guest).status_code == 422


def test_each_needs_its_scope(program, event):
    path = f"/events/{event.slug}/guests"

    assert program("guests:write")(path).status_code == 403
    assert program("guests", "door", "registrations")(path, json={"name": "Jan"}).status_code == 403


def test_guests_of_another_organisation_or_event_are_not_found(program, organisation, event):
    strange = make.organisation(subdomain="strange")
    with scope(strange):
        theirs = make.event_today()
        guest = keeping.add(theirs, name="Anna")

    assert program("guests")(f"/events/{theirs.slug}-x/guests").status_code == 404
    assert program("guests")(f"/events/{event.slug}/guests/{guest.pk}").status_code == 404
