"""What programs get when they query what has changed (X2): all that they are shown, wherever it is kept."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kring.billing.models import Order, OrderLine
from kring.checkin.models import Location
from kring.core.tenancy import scope
from kring.events.models import Attraction, Event, Organiser, TicketType
from kring.forms.models import Submission
from kring.payments.models import Payment
from kring.places import claiming
from kring.places.capacity import set_capacity
from kring.places.models import Hold
from kring.registrations import sessions
from kring.registrations.models import Registration, Ticket
from tests import make, one_of_each
from tests.api.test_registrations import another


@pytest.fixture
def registration(organisation):
    return one_of_each.of(organisation, make.user(name="Ada Lovelace", email="ada@example.org"))[Registration]


def _check_in(registration):
    Ticket.objects.filter(registration=registration).update(admitted_at=timezone.now(), admitted_where="North")


def _change_the_total(registration):
    Order.objects.filter(pk=registration.line.order_id).update(total="19.95")


def _change_the_price(registration):
    OrderLine.objects.filter(pk=registration.line_id).update(amount="19.95")


def _rename_the_attraction(registration):
    Attraction.objects.filter(pk=registration.attraction_id).update(name="Another name")


def _rename_the_type(registration):
    TicketType.objects.filter(pk=registration.ticket_type_id).update(name="Another name")


def _move_the_page(registration):
    Event.objects.filter(pk=registration.event_id).update(slug="elsewhere")


def _change_the_payment(registration):
    Payment.objects.filter(order=registration.line.order_id).update(method="cash")


@pytest.mark.parametrize(
    "change",
    [
        *(_check_in, _change_the_total, _change_the_price, _rename_the_attraction, _rename_the_type),
        *(_move_the_page, _change_the_payment),
    ],
)
def test_a_registration_has_changed_when_anything_that_is_shown_of_it_has(program, registration, organisation, change):
    call = program("registrations")
    then = timezone.now()

    with scope(organisation):
        change(registration)

    [item] = call("/registrations", updated_since=then.isoformat()).json()["items"]
    assert item["id"] == registration.pk
    assert item["updated_at"] >= timezone.localtime(then, organisation.zone).isoformat()


def test_a_check_in_is_no_change_of_anybody_else(program, registration, organisation):
    with scope(organisation):
        another(registration)
    then = timezone.now()

    with scope(organisation):
        _check_in(registration)
        Attraction.objects.filter(pk=registration.attraction_id).update(description="Longer", is_kept=True)
        Event.objects.filter(pk=registration.event_id).update(summary="Longer")

    body = program("registrations")("/registrations", updated_since=then.isoformat()).json()["items"]
    assert [item["id"] for item in body] == [registration.pk]


def test_a_registration_has_changed_when_other_sessions_were_chosen(program, registration, organisation):
    with scope(organisation):
        chosen = make.session(registration.attraction, hour=50)
        registration.refresh_from_db()
        registration.hold = registration.hold or Hold.objects.create()
        registration.save()
        sessions.choose(registration, [chosen], by_staff=True)
    then = timezone.now()

    with scope(organisation):
        sessions.choose(registration, [], by_staff=True)

    assert program("registrations")("/registrations", updated_since=then.isoformat()).json()["items"]


def test_a_registration_has_changed_when_an_answer_was_put_right(program, registration, organisation):
    with scope(organisation):
        answered = Submission.objects.first()
        Registration.objects.filter(pk=registration.pk).update(basic=answered)
    then = timezone.now()

    with scope(organisation):
        Submission.objects.filter(pk=answered.pk).update(answers={"city": "Delft"})

    assert program("registrations")("/registrations", updated_since=then.isoformat()).json()["items"]


def _more_places(attraction):
    set_capacity(attraction.pool, 50)


def _one_place_less(attraction):
    claiming.claim([[attraction.pool]], expires_at=None)


def _rename(organiser):
    Organiser.objects.filter(pk=organiser.pk).update(name="Other")


def _event_places(attraction):
    set_capacity(attraction.event.pool, 77)


PARTS = {
    "places of an attraction": _more_places,
    "places of the event": _event_places,
    "a place that was taken": _one_place_less,
    "a price": lambda attraction: attraction.ticket_types.update(price="12.50"),
    "a type off sale": lambda attraction: attraction.ticket_types.update(is_on_sale=False),
    "a type more": lambda attraction: make.ticket_type(attraction),
    "a type less": lambda attraction: attraction.ticket_types.all().delete(),
    "an attraction more": lambda attraction: make.attraction(event=attraction.event),
    "an attraction less": lambda attraction: attraction.delete(),
    "a renamed attraction": lambda attraction: Attraction.objects.filter(pk=attraction.pk).update(name="Other"),
    "a session more": lambda attraction: make.session(attraction),
    "an entrance": lambda attraction: Location.objects.create(event=attraction.event, name="North"),
    "a renamed organiser": lambda attraction: _rename(attraction.event.organiser),
}


@pytest.mark.parametrize("what", PARTS)
def test_an_event_has_changed_when_a_part_of_it_has(program, organisation, what):
    with scope(organisation):
        attraction = make.attraction(event=make.event(capacity=100), capacity=40, price="10.00")
        make.attraction(event=make.event(organiser=make.organiser()))
    call = program("events")
    then = timezone.now()
    before = call("/events", since=then.isoformat()).json()["items"]

    with scope(organisation):
        PARTS[what](attraction)

    body = call("/events", since=then.isoformat()).json()["items"]
    shown = call(f"/events/{attraction.event.slug}").json()
    assert before == []
    assert attraction.event.slug in [item["slug"] for item in body]
    assert shown["updated_at"] >= timezone.localtime(then, organisation.zone).isoformat()
