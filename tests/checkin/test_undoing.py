"""C4: a check-in that was a mistake is undone with a reason, and all its consequences are corrected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kring.certificates import issuing
from kring.certificates.models import Certificate
from kring.checkin import locations
from kring.checkin.attendance import Attendance, attendance
from kring.checkin.models import Scan
from kring.checkin.refusals import NotCheckedIn
from kring.checkin.scanning import scan
from kring.checkin.undoing import undo
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import codes
from kring.registrations.models import Ticket
from tests import make
from tests.jobs import work
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(in_scope):
    return locations.of(make.event_today(grants_certificates=True))


@pytest.fixture
def ticket(gate):
    made = make_ticket(event=gate.event, attendee_name="Jan Jansen")
    read(made, gate)
    return made


def read(ticket, gate):
    result = scan(codes.code_of(ticket), event=gate.event, location=gate, device="", user=None)
    ticket.refresh_from_db()
    return result


def test_the_ticket_is_good_again_and_nobody_is_counted(ticket, gate):
    volunteer = make.staff("door")
    assert attendance(gate) == Attendance(here=1, inside=1, expected=1)

    undo(ticket, reason="The wrong brother", user=volunteer)

    assert attendance(gate) == Attendance(here=0, inside=0, expected=1)
    noted = Scan.objects.get(result=Scan.Result.UNDONE)
    assert (noted.reason, noted.scanned_by, noted.location) == ("The wrong brother", volunteer, gate)
    entry = AuditEntry.objects.get(action="checkin.undone")
    assert entry.old["where"] == gate.name
    assert entry.new == {"reason": "The wrong brother"}
    assert read(ticket, gate).valid
    assert attendance(gate) == Attendance(here=1, inside=1, expected=1)


def test_who_is_not_in_cannot_be_taken_back(ticket):
    undo(ticket, reason="Mistake", user=None)

    with pytest.raises(NotCheckedIn):
        undo(ticket, reason="Mistake", user=None)


def test_the_certificate_is_withdrawn_and_stands_again_once_they_come(ticket, gate):
    work()
    made = Certificate.objects.get()

    undo(ticket, reason="Mistake", user=None)
    assert Certificate.objects.get().withdrawn_at
    read(ticket, gate)
    work()

    again = Certificate.objects.get()
    assert (again.code, again.withdrawn_at, again.attended_at) == (made.code, None, ticket.admitted_at)
    assert Message.objects.filter(template="certificate").count() == 1


def test_a_certificate_that_was_still_on_its_way_is_not_made(ticket):
    undo(ticket, reason="Mistake", user=None)
    work()

    assert not Certificate.objects.exists()
    with pytest.raises(issuing.NobodyCame):
        issuing.issue(ticket.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_at_once_one_does():
    organisation = make.organisation()
    with scope(organisation):
        make_ticket(event=make.event_today(), admitted=True)
    ready = Barrier(2)

    def once(_number):
        try:
            with scope(organisation):
                ticket = Ticket.objects.select_related("registration__event").get()
                ready.wait(timeout=60)
                undo(ticket, reason="Mistake", user=None)
            return "undone"
        except NotCheckedIn:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as desks:
        assert sorted(desks.map(once, range(2))) == ["refused", "undone"]
    with scope(organisation):
        assert Scan.objects.filter(result=Scan.Result.UNDONE).count() == 1
