"""Making and changing an event (E1, E2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kring.events import editing
from kring.events.models import Event, Organiser
from kring.events.offering import Window, offers_of
from kring.events.refusals import HasRegistrations, LimitTooLate, Taken
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from kring.places.refusals import TooFewPlaces
from tests import make
from tests.registrations.tickets import make_registration


def create(**fields: Any) -> Event:
    given = {
        "name": "Gala",
        "slug": "gala",
        "code": "GALA",
        "organiser": Organiser.objects.first() or make.organiser(),
        "starts_at": timezone.now() + timedelta(days=30),
        "ends_at": timezone.now() + timedelta(days=31),
    }
    return editing.create_event(created_by=None, **given | fields)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_new_event_is_not_public(in_scope: Any) -> None:
    event = create()

    assert (event.state, event.pool) == (Event.State.NEW, None)
    assert list(Event.objects.listed()) == []
    assert actions() == ["event.created"]


def test_an_event_may_limit_the_places_of_all_its_attractions_together(in_scope: Any) -> None:
    assert create(places=100).pool.capacity == 100


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "OTHER"}, "Another event has this address."),
        ({"slug": "other"}, "Another event has this ticket code."),
    ],
)
def test_two_events_never_share_an_address_or_a_ticket_code(in_scope: Any, fields: Any, sentence: str) -> None:
    create()

    with pytest.raises(Taken) as refusal:
        create(**fields)

    assert str(refusal.value) == sentence
    assert Event.objects.count() == 1


def test_a_change_is_logged_with_what_was_before(in_scope: Any) -> None:
    event = create(places=10)

    editing.change_event(event, places=20, name="Ball")

    event.refresh_from_db()
    assert (event.name, event.pool.capacity) == ("Ball", 20)
    logged = AuditEntry.objects.order_by("pk").values_list("action", "old", "new")[1:]
    assert list(logged) == [
        ("event.changed", {"name": "Gala"}, {"name": "Ball"}),
        ("places.changed", {"places": 10}, {"places": 20}),
    ]


def test_a_new_event_may_get_and_lose_a_limit(in_scope: Any) -> None:
    event = create()

    editing.change_event(event, places=5)
    assert Event.objects.get().pool.capacity == 5

    editing.change_event(event, places=None)
    assert Event.objects.get().pool.capacity is None


def test_a_public_event_gets_no_limit_that_did_not_count_from_the_start(in_scope: Any) -> None:
    event = make.event()

    with pytest.raises(LimitTooLate):
        editing.change_event(event, places=5)


def test_there_cannot_be_fewer_places_than_are_taken(in_scope: Any) -> None:
    event = make.event(capacity=10, state="new")
    Pool.objects.filter(pk=event.pool_id).update(taken=4)

    with pytest.raises(TooFewPlaces):
        editing.change_event(event, places=3, name="Not this either")

    event.refresh_from_db()
    assert (event.pool.capacity, event.name != "Not this either") == (10, True)


def test_an_event_goes_with_all_its_parts_and_pools(in_scope: Any) -> None:
    event = make.event(capacity=10)
    make.attraction(event=event, capacity=5)

    editing.remove_event(event)

    assert (Event.objects.count(), Pool.objects.count()) == (0, 0)
    assert actions() == ["event.removed"]


def test_an_event_with_registrations_is_not_removed(in_scope: Any) -> None:
    registration = make_registration()

    with pytest.raises(HasRegistrations) as refusal:
        editing.remove_event(registration.event)

    assert str(registration.event) in str(refusal.value)
    assert Event.objects.filter(pk=registration.event_id).exists()
    assert actions() == []


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Atlantic/Azores", "Pacific/Auckland"])
def test_an_event_of_one_day_ends_with_that_day_where_the_organisation_is(in_scope: Any, zone: str) -> None:
    in_scope.time_zone = zone
    in_scope.save()
    starts_at = datetime(2030, 6, 1, 23, 30, tzinfo=ZoneInfo("UTC"))

    ends_at = editing.end_of_day(starts_at).astimezone(ZoneInfo(zone))

    assert ends_at.strftime("%F %H:%M") == f"{starts_at.astimezone(ZoneInfo(zone)):%F} 23:59"
    assert create(starts_at=starts_at, ends_at=ends_at).ends_at >= starts_at


def test_windows_of_two_attractions_may_overlap_and_each_has_its_own(in_scope: Any) -> None:
    now = timezone.now()
    event = make.event(registration_opens_at=now - timedelta(days=2), registration_closes_at=now + timedelta(days=2))
    early = make.attraction(event=event, registration_closes_at=now - timedelta(days=1))
    late = make.attraction(event=event, registration_opens_at=now + timedelta(days=1))
    usual = make.attraction(event=event)

    windows = {offer.attraction: offer.window for offer in offers_of(event)}

    assert windows == {early: Window.CLOSED, late: Window.NOT_YET, usual: Window.OPEN}
