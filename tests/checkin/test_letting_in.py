"""The one statement lets in exactly those the door's answer calls valid (K3)."""

from __future__ import annotations

from itertools import product

import pytest
from django.utils import timezone

from kring.checkin.letting_in import let_in
from kring.checkin.models import Location, Scan
from kring.checkin.scanning import verdict
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db

WAYS = list(product(Registration.State.values, *[[False, True]] * 4))


@pytest.mark.parametrize(("state", "admitted", "elsewhere", "reassigned", "called_off"), WAYS)
def test_what_the_statement_does_is_what_the_words_say(in_scope, state, admitted, elsewhere, reassigned, called_off):
    ticket = make_ticket(event=make.event_today(), admitted=admitted)
    event = make.event() if elsewhere else ticket.registration.event
    code = codes.code_of(ticket)
    Registration.objects.update(state=state, cancelled_at=timezone.now() if state == "cancelled" else None)
    if called_off:
        Event.objects.update(state=Event.State.CANCELLED)
    if reassigned:
        Ticket.objects.update(holder_number=ticket.holder_number + 1)
    is_good = verdict(code, event=event).valid

    found = let_in(codes.read(code), "kept", event=event, location=None, device="", user=None)

    assert (found is not None) == is_good
    assert is_good == (state == "completed" and not any([admitted, elsewhere, reassigned, called_off]))
    assert Scan.objects.filter(code="kept").count() == int(is_good)


def test_what_comes_back_is_what_the_database_has(in_scope, django_assert_num_queries):
    made = make_ticket(attendee_name="Jan Jansen", profession="student")
    event, volunteer = made.registration.event, make.user()
    gate = Location.objects.create(event=event, name="Gate")

    found = let_in(codes.read(codes.code_of(made)), "kept", event=event, location=gate, device="T1", user=volunteer)

    with django_assert_num_queries(0):
        registration = found.registration
        shown = (registration.attendee_name, registration.profession, registration.ticket_type.name)
        assert shown == ("Jan Jansen", "student", "Standard")
        assert registration.line.reason == ""
        assert registration.event is event
    stored = Ticket.objects.get()
    assert (found, found.admitted_at, found.admitted_where) == (stored, stored.admitted_at, "Gate")
    logged = Scan.objects.get()
    assert (logged.event, logged.ticket, logged.location, logged.location_name) == (event, stored, gate, "Gate")
    assert (logged.result, logged.code, logged.device, logged.scanned_by) == ("valid", "kept", "T1", volunteer)
    assert logged.at == stored.admitted_at


def test_whatever_else_a_listener_wants_to_know_is_read_when_asked(in_scope):
    made = make_ticket()

    found = let_in(
        codes.read(codes.code_of(made)), "", event=made.registration.event, location=None, device="", user=None
    )

    assert found.registration.attendee_email == made.registration.attendee_email
    assert found.issued_at == made.issued_at


def test_the_wall_holds_although_the_statement_is_written_by_hand(organisation):
    with scope(make.organisation()):
        theirs = make_ticket()
        read = codes.read(codes.code_of(theirs))
        event = theirs.registration.event

    with scope(organisation):
        assert let_in(read, "", event=event, location=None, device="", user=None) is None

    with scope(theirs.organisation_id):
        assert Ticket.objects.get().admitted_at is None
        assert not Scan.objects.exists()
