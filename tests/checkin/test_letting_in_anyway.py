"""C4: on another day, and by a short code, a person looks first, and that is in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.checkin.models import Scan
from kring.checkin.scanning import scan, verdict
from kring.organisations.models import Organisation
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(in_scope):
    return make.staff("door")


def ticket_of(**event):
    return make_ticket(event=make.event(**event), attendee_name="Jan Jansen")


def read(ticket, code="", **more):
    given = {"event": ticket.registration.event, "location": None, "device": "", "user": None} | more
    return scan(code or codes.code_of(ticket), **given)


def results():
    return list(Scan.objects.order_by("pk").values_list("result", "despite"))


def short(ticket):
    return codes.without_signature(codes.code_of(ticket))


def test_on_another_day_nobody_is_let_in_before_a_person_says_so(in_scope):
    ticket = ticket_of()

    result = read(ticket)

    assert (result.valid, result.result, result.can_let_in_anyway, result.name) == (
        False,
        "other_day",
        True,
        "Jan Jansen",
    )
    day = timezone.localtime(ticket.registration.event.starts_at, in_scope.zone)
    assert f"{day.day} {day:%B}" in result.message
    assert Ticket.objects.get().admitted_at is None
    assert verdict(codes.code_of(ticket), event=ticket.registration.event) == result

    assert read(ticket, anyway=True).valid
    assert results() == [("other_day", ""), ("valid", "other_day")]
    assert Scan.objects.last().get_despite_display() == "another day"


def test_anyway_lets_in_once_and_nobody_who_is_not_good(in_scope):
    ticket = ticket_of()
    read(ticket, anyway=True)

    assert read(ticket, anyway=True).result == "already_scanned"
    assert read(ticket).result == "already_scanned"
    other = ticket_of()
    Registration.objects.filter(pk=other.registration_id).update(state="paying")
    assert (read(other).result, read(other, anyway=True).result) == ("not_paid", "not_paid")


@pytest.mark.parametrize(
    ("begins", "lasts", "is_its_day"),
    [
        ({"hours": -1}, {"hours": 8}, True),
        ({"days": -1}, {"days": 3}, True),
        ({"days": -4}, {"days": 2}, False),
        ({"days": 2}, {"hours": 8}, False),
    ],
)
def test_the_days_of_an_event_are_all_from_its_first_to_its_last(in_scope, begins, lasts, is_its_day):
    begin = timezone.now() + timedelta(**begins)
    ticket = ticket_of(starts_at=begin, ends_at=begin + timedelta(**lasts))

    assert read(ticket).valid == is_its_day


def test_days_are_days_where_the_organisation_is(in_scope, monkeypatch):
    """What is late in the evening of the 13th in Warsaw is the 14th in Auckland."""
    begin = timezone.datetime(2026, 3, 13, 4, 0, tzinfo=timezone.get_fixed_timezone(60))
    ticket = ticket_of(starts_at=begin, ends_at=begin + timedelta(hours=1))
    late = timezone.datetime(2026, 3, 13, 23, 30, tzinfo=timezone.get_fixed_timezone(60))
    monkeypatch.setattr("kring.checkin.scanning.timezone.now", lambda: late)
    code, event = codes.code_of(ticket), ticket.registration.event

    assert verdict(code, event=event).valid
    Organisation.objects.update(time_zone="Pacific/Auckland")
    in_scope.time_zone = "Pacific/Auckland"
    assert verdict(code, event=event).result == "other_day"


def test_doors_open_before_an_event_that_begins_just_after_midnight(in_scope, monkeypatch):
    midnight = timezone.datetime(2026, 3, 14, 0, 30, tzinfo=timezone.get_fixed_timezone(60))
    ticket = ticket_of(starts_at=midnight, ends_at=midnight + timedelta(hours=4))
    monkeypatch.setattr("kring.checkin.scanning.timezone.now", lambda: midnight - timedelta(hours=1))

    assert verdict(codes.code_of(ticket), event=ticket.registration.event).valid


def test_the_short_code_printed_on_a_ticket_is_looked_at_by_a_person(in_scope, volunteer):
    ticket = make_ticket(event=make.event_today(), attendee_name="Jan Jansen")

    result = read(ticket, short(ticket).lower(), user=volunteer)

    assert (result.result, result.can_let_in_anyway, result.name) == ("short_code", True, "Jan Jansen")
    assert result.note == "Compare the name with an identity document."
    assert read(ticket, short(ticket), user=volunteer, anyway=True).valid
    assert results() == [("short_code", ""), ("valid", "short_code")]


def test_a_program_learns_nothing_by_a_short_code_and_lets_nobody_in_by_it(in_scope):
    ticket = make_ticket(event=make.event_today())

    for anyway in (False, True):
        assert read(ticket, short(ticket), anyway=anyway).result == "not_found"
    assert verdict(short(ticket), event=ticket.registration.event).result == "not_found"
    assert Ticket.objects.get().admitted_at is None


def test_a_short_code_with_another_events_letters_is_nobodys(in_scope, volunteer):
    ticket = make_ticket(event=make.event_today())

    made_up = "OTHER-" + short(ticket).partition("-")[2]

    assert read(ticket, made_up, user=volunteer).result == "not_found"


def test_both_doubts_are_told_and_logged(in_scope, volunteer):
    ticket = ticket_of()

    result = read(ticket, short(ticket), user=volunteer)

    assert (result.result, result.note) == ("other_day", "Compare the name with an identity document.")
    assert read(ticket, short(ticket), user=volunteer, anyway=True).valid
    assert results()[-1] == ("valid", "other_day short_code")
