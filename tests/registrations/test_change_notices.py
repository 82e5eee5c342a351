"""A public event changes (E4): who is notified of what, and who may cancel free of charge."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kring.events import editing, editing_parts
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Event
from kring.events.refusals import HasBegun, HasRegistrations, IsOver, Locked, NotEditable
from kring.mail.models import Message
from kring.places.refusals import TooFewPlaces
from kring.registrations import change_notices
from kring.registrations.models import Registration
from tests import make
from tests.jobs import work
from tests.registrations.tickets import make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration(in_scope: Any) -> Registration:
    event = make.event(name="Gala", location="Town hall", state="open")
    return make_registration(event=event)


def change(event: Event, **fields: Any) -> None:
    editing.change_event(event, places=None, **fields)
    work()


def notices() -> list[Message]:
    return list(Message.objects.filter(template="event-changed"))


def test_who_is_registered_reads_once_what_was_and_what_is(registration: Registration) -> None:
    change(registration.event, location="Old school", note="The hall is *wet*.")

    (mail,) = notices()
    assert mail.recipient == registration.attendee_email
    assert "Place: Town hall → Old school" in mail.text
    assert "The hall is *wet*." in mail.text
    assert "cancel free of charge" in mail.text


@pytest.mark.parametrize("fields", [{"description": "More"}, {"summary": "Dance"}, {"grace_days": 3}])
def test_of_texts_and_the_dates_of_registration_nobody_is_told(registration: Registration, fields: Any) -> None:
    change(registration.event, **fields)

    assert notices() == []


def test_the_same_moment_as_a_form_says_it_is_no_change(registration: Registration) -> None:
    event = Event.objects.select_related("pool").get(pk=registration.event_id)
    zone = ZoneInfo("Asia/Tokyo")
    starts_at, ends_at = (moment.astimezone(zone).replace(microsecond=0) for moment in (event.starts_at, event.ends_at))

    change(event, starts_at=starts_at, ends_at=ends_at, summary="Dance")

    assert notices() == [] and event.moved_at is None


def test_another_name_is_told_and_lets_nobody_off(registration: Registration) -> None:
    change(registration.event, name="Ball")

    (mail,) = notices()
    assert "Name: Gala → Ball" in mail.text and "free of charge" not in mail.text
    with pytest.raises(change_notices.NotFreeToCancel):
        change_notices.cancel_free_of_charge(registration)


def test_a_new_event_tells_nobody(in_scope: Any) -> None:
    change(make.event(state="new", location="Here"), location="There")

    assert notices() == []


def test_whoever_had_registered_cancels_free_of_charge_for_a_time(registration: Registration) -> None:
    event = registration.event
    change(event, starts_at=event.starts_at + timedelta(days=1), ends_at=event.ends_at + timedelta(days=1))
    later = make_registration(event=event)

    assert event.free_to_cancel_until <= timezone.now() + timedelta(days=14)
    with pytest.raises(change_notices.NotFreeToCancel):
        change_notices.cancel_free_of_charge(later)
    change_notices.cancel_free_of_charge(registration)

    registration.refresh_from_db()
    assert registration.state == Registration.State.CANCELLED


def test_after_that_time_it_is_over(registration: Registration) -> None:
    change(registration.event, location="Old school")
    registration.event.free_to_cancel_until = timezone.now()

    assert not change_notices.is_free_to_cancel(registration, registration.event)


def test_parts_are_added_and_who_registered_keeps_the_price(registration: Registration) -> None:
    event, attraction = registration.event, registration.attraction
    event.payment_options.create(method="cash")
    (sold,) = attraction.ticket_types.all()
    dearer = TicketTypeWish(sold.name, Decimal(99), pk=sold.pk)

    editing_parts.change_attraction(attraction, places=None, ticket_types=[dearer, TicketTypeWish("Late", Decimal(5))])
    editing_parts.add_attraction(event, places=None, ticket_types=[TicketTypeWish("Child", Decimal(0))], name="Dinner")

    registration.line.refresh_from_db()
    assert registration.line.amount == 0
    assert event.attractions.count() == 2
    with pytest.raises(HasRegistrations):
        editing_parts.remove_attraction(attraction)


def test_places_are_lowered_only_as_far_as_they_are_free(in_scope: Any) -> None:
    attraction = make.attraction(capacity=5)
    attraction.pool.taken = 2
    attraction.pool.save()

    editing_parts.change_attraction(attraction, places=3, ticket_types=[])
    with pytest.raises(TooFewPlaces):
        editing_parts.change_attraction(attraction, places=1, ticket_types=[])


@pytest.mark.parametrize("fields", [{"slug": "x"}, {"code": "X"}, {"kind": "enrolment"}])
def test_what_stands_on_tickets_never_changes_and_says_why(registration: Registration, fields: Any) -> None:
    with pytest.raises(Locked, match="tickets"):
        change(registration.event, **fields)


def test_what_has_begun_does_not_begin_later_nor_end_by_a_slip(in_scope: Any) -> None:
    event = make.event_today(state="running_open")

    with pytest.raises(HasBegun):
        change(event, starts_at=timezone.now() + timedelta(days=1), ends_at=event.ends_at + timedelta(days=2))
    with pytest.raises(IsOver):
        change(event, ends_at=timezone.now())
    change(event, ends_at=event.ends_at + timedelta(hours=2))


@pytest.mark.parametrize("state", ["finished", "cancelled", "pending"])
def test_what_is_over_or_being_decided_stays(in_scope: Any, state: str) -> None:
    event = make.event(state=state)

    with pytest.raises(NotEditable):
        editing_parts.add_attraction(event, places=None, ticket_types=[TicketTypeWish("A", Decimal(0))], name="Late")
