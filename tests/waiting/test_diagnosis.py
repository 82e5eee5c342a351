"""Why nobody is being invited: each cause, in words (W7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.core import heartbeat
from kring.events.models import Attraction, Event, TicketType, WaitingList
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.places import capacity, claiming
from kring.waiting import inviting, managing
from kring.waiting.diagnosis import why_nobody_is_invited
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry
from tests import make


@pytest.fixture(autouse=True)
def worker(monkeypatch: Any) -> None:
    monkeypatch.setattr(heartbeat, "silence", lambda: 1.0)


@pytest.fixture
def attraction(in_scope: Any) -> Any:
    """Two places, both registered for; a list that is on."""
    made = make.attraction(capacity=2, name="Workshop")
    claiming.claim([[made.pool], [made.pool]], expires_at=None)
    managing.switch_on(made.event)
    made.refresh_from_db()
    return made


def wait(attraction: Any, name: str, party: int = 1) -> WaitingEntry:
    joiner = Joiner(name=name, email=f"{name.lower()}@example.org", party=party)
    return managing.add(attraction.event, [attraction.pk], joiner, by=make.user(), reason="Called")


def add_places(attraction: Any, number: int) -> None:
    attraction.pool.refresh_from_db()
    capacity.set_capacity(attraction.pool, attraction.pool.capacity + number)


def change(attraction: Any, **rules: Any) -> None:
    WaitingList.objects.filter(event=attraction.event_id).update(**rules)


def reasons(attraction: Any) -> dict[str, str]:
    event = Event.objects.get(pk=attraction.event_id)
    return {cause.code: cause.text for cause in why_nobody_is_invited(event)}


def test_nothing_stands_in_the_way_of_the_next(attraction: Any) -> None:
    wait(attraction, "Ada")
    add_places(attraction, 1)

    assert reasons(attraction) == {}


def test_the_list_is_off_or_there_is_none(attraction: Any) -> None:
    change(attraction, is_on=False)
    assert reasons(attraction) == {"list_off": "The waiting list is switched off."}
    assert reasons(make.attraction()).keys() == {"list_off"}


def test_the_organisation_is_blocked(attraction: Any, in_scope: Any) -> None:
    Organisation.objects.filter(pk=in_scope.pk).update(status=Organisation.Status.BLOCKED)
    in_scope.status = Organisation.Status.BLOCKED

    assert "organisation_not_active" in reasons(attraction)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("cancelled", "event_over"),
        ("finished", "event_over"),
        ("new", "event_not_public"),
        ("pending", "event_not_public"),
    ],
)
def test_the_event_is_not_alive(attraction: Any, state: str, code: str) -> None:
    Event.objects.filter(pk=attraction.event_id).update(state=state)

    assert code in reasons(attraction)


def test_the_list_has_ended(attraction: Any) -> None:
    change(attraction, ends_at=timezone.now() - timedelta(hours=1))

    assert reasons(attraction)["list_ended"].startswith("The waiting list ended on ")


def test_registration_is_closed_or_not_open_yet_or_nothing_is_on_sale(attraction: Any) -> None:
    now = timezone.now()
    Event.objects.filter(pk=attraction.event_id).update(registration_opens_at=now + timedelta(hours=2))
    assert reasons(attraction)["not_yet"].startswith("Registration for Workshop opens on ")

    past = {"registration_opens_at": now - timedelta(days=2), "registration_closes_at": now - timedelta(days=1)}
    Event.objects.filter(pk=attraction.event_id).update(**past)
    assert reasons(attraction)["closed"].startswith("Registration for Workshop has been closed since ")

    Event.objects.filter(pk=attraction.event_id).update(registration_closes_at=None)
    TicketType.objects.update(is_on_sale=False)
    assert reasons(attraction)["not_on_sale"] == "No ticket type of Workshop is on sale."

    Attraction.objects.update(has_waiting_list=False)
    assert "nothing_covered" in reasons(attraction)


def test_nobody_waits_or_all_are_invited(attraction: Any) -> None:
    assert reasons(attraction) == {"nobody_waits": "Nobody is waiting."}

    wait(attraction, "Ada")
    add_places(attraction, 1)
    inviting.fill(attraction.event_id)

    assert reasons(attraction)["all_invited"].startswith(
        "Everybody waiting has been invited: 1 invitation is open until "
    )


def test_full_says_who_has_the_places_until_when(attraction: Any) -> None:
    soon, past = timezone.now() + timedelta(minutes=30), timezone.now() - timedelta(minutes=1)
    wait(attraction, "Ada")
    add_places(attraction, 1)
    inviting.fill(attraction.event_id)
    wait(attraction, "Bob")
    add_places(attraction, 2)
    claiming.claim([[attraction.pool]], expires_at=soon, from_queue=True)
    claiming.claim([[attraction.pool]], expires_at=past, from_queue=True)

    text = reasons(attraction)["full"]

    assert text.startswith("Workshop is full: 1 place by an open invitation until ")
    assert "; 1 place by an unpaid order until " in text
    assert text.endswith("; 2 places by registrations; 1 place that has expired, free within a minute.")


def test_no_places_at_all(in_scope: Any) -> None:
    attraction = make.attraction(capacity=0, name="Workshop")
    managing.switch_on(attraction.event)
    attraction.refresh_from_db()
    wait(attraction, "Ada")

    assert reasons(attraction) == {"full": "Workshop has no places at all."}


def test_a_party_that_is_too_large_keeps_its_turn_when_the_list_is_strict(attraction: Any) -> None:
    wait(attraction, "Ada", party=3)
    wait(attraction, "Bob")
    add_places(attraction, 2)

    assert reasons(attraction) == {
        "too_large": "Workshop: 2 places free, kept together for Ada, a group of 3: nobody overtakes."
    }


def test_places_are_kept_together_for_who_was_overtaken_often(attraction: Any) -> None:
    change(attraction, policy="fill", patience=2)
    ada = wait(attraction, "Ada", party=3)
    wait(attraction, "Bob")
    WaitingEntry.objects.filter(pk=ada.pk).update(overtaken=2)
    add_places(attraction, 2)

    assert "kept together for Ada, a group of 3: it has been overtaken often enough" in reasons(attraction)["too_large"]


def test_all_who_wait_are_larger_than_what_is_free(attraction: Any) -> None:
    change(attraction, policy="fill")
    wait(attraction, "Ada", party=3)
    wait(attraction, "Bob", party=2)
    add_places(attraction, 1)

    assert reasons(attraction)["too_large"] == (
        "Workshop: 1 place free, and every waiting group is larger (the smallest: 2)."
    )


def test_mail_that_does_not_leave_with_the_last_error(attraction: Any) -> None:
    wait(attraction, "Ada")
    add_places(attraction, 1)
    inviting.fill(attraction.event_id)
    key = Invitation.objects.get().message_id
    Message.objects.filter(pk=key).update(state="failed", error="554 relay refused", next_try_at=None)

    assert reasons(attraction)["unsent"] == (
        "1 invitation could not be sent so far. The email could not be sent."
        " The mail server's last answer: 554 relay refused"
    )


def test_the_worker_is_silent_or_there_is_none(attraction: Any, monkeypatch: Any) -> None:
    wait(attraction, "Ada")
    add_places(attraction, 1)
    for silence in (None, 3_600.0):
        monkeypatch.setattr(heartbeat, "silence", lambda silence=silence: silence)
        assert reasons(attraction).keys() == {"no_worker"}


def test_it_costs_the_same_for_many(attraction: Any) -> None:
    wait(attraction, "Ada")
    with CaptureQueriesContext(connection) as before:
        reasons(attraction)
    for number in range(30):
        wait(attraction, f"Person{number}")
    with CaptureQueriesContext(connection) as after:
        reasons(attraction)

    assert len(after) == len(before)
