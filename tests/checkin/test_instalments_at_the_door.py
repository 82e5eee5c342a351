"""What a door says of an order in instalments (R8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.billing.models import Instalment
from kring.checkin import scanning
from kring.organisations.models import Organisation
from kring.registrations import codes
from kring.registrations.models import Ticket
from tests import make
from tests.payments.instalments import complete, in_days, pay


def ticket_of(days: int) -> Ticket:
    event = make.event_today(registration_closes_at=timezone.now() + timedelta(hours=1))
    made = complete("100", "200", attraction=make.attraction(event=event, price="300"))
    Instalment.objects.filter(order=made, position=2).update(due_on=in_days(days))
    return Ticket.objects.select_related("registration__event__organisation").get()


def scan(ticket: Ticket, *, anyway: bool = False) -> scanning.ScanResult:
    event = ticket.registration.event
    code = codes.code_of(ticket)
    return scanning.scan(code, event=event, location=None, device="", user=make.user(), anyway=anyway)


def test_the_door_lets_in_and_says_what_is_open(in_scope):
    result = scan(ticket_of(20))

    assert result.valid
    assert result.note.startswith("€200.00 still to be paid, due by")


def test_the_door_says_since_when_it_is_overdue_and_lets_in(in_scope):
    result = scan(ticket_of(-3))

    assert result.valid
    assert result.note.startswith("€200.00 still to be paid, overdue since")


def test_where_the_organisation_wants_it_a_person_decides_about_who_is_overdue(in_scope):
    Organisation.objects.filter(pk=in_scope.pk).update(overdue_bars_entry=True)
    in_scope.refresh_from_db()
    ticket = ticket_of(-3)

    result = scan(ticket)

    assert (result.result, result.can_let_in_anyway) == ("overdue", True)
    assert "€200.00 still to be paid" in result.note
    assert scan(ticket, anyway=True).valid


@pytest.mark.parametrize("bars", [True, False])
def test_who_has_paid_is_let_in_without_a_word(in_scope, bars):
    Organisation.objects.filter(pk=in_scope.pk).update(overdue_bars_entry=bars)
    in_scope.refresh_from_db()
    ticket = ticket_of(-3)
    pay(ticket.registration.line.order)

    result = scan(ticket)

    assert (result.valid, result.note) == (True, "")
