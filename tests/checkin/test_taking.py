"""Cash on site is shown with the ticket, and taken at the door once (C2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.checkin import locations, scanning, taking
from kring.checkin.looking_up import look_up
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.methods import methods
from kring.payments.models import Payment
from kring.payments.refusals import NoAmount, TakenAlready
from kring.registrations import codes, documents
from kring.registrations.models import Ticket
from tests import make
from tests.payments import ordering
from tests.payments.ordering import fresh

pytestmark = pytest.mark.usefixtures("in_scope")
TEN, TWENTY = Decimal(10), Decimal(20)


@pytest.fixture
def tickets(in_scope: Any) -> list[Ticket]:
    """Two of one order, to be paid in cash."""
    event = make.event(starts_at=timezone.now() + timedelta(hours=1))
    ordering.start(ordering.order(price="10", tickets=2, attraction=make.attraction(event=event, price="10")), "cash")
    return list(Ticket.objects.with_what_a_page_shows().order_by("pk"))


def read(ticket: Ticket) -> scanning.ScanResult:
    event = ticket.registration.event
    event.organisation = ticket.organisation
    return scanning.scan(codes.code_of(ticket), event=event, location=locations.of(event), device="", user=None)


def test_what_is_paid_on_site_is_what_the_methods_say() -> None:
    """What staff ticks and no bank moves."""
    assert {each.key for each in methods() if each.key in Payment.ON_SITE and each.can_undo} == set(Payment.ON_SITE)


def test_the_door_says_what_is_to_be_paid_each_time_until_it_is(tickets: list[Ticket]) -> None:
    first, again = read(tickets[0]), read(tickets[0])

    assert (first.result, again.result) == ("valid", "already_scanned")
    for result in (first, again):
        assert str(result.to_pay) == "To pay: €10.00 for this ticket, €20.00 for the whole order"

    taking.take(tickets[0], seen=TWENTY, amount=TWENTY, by=make.staff("door"), where="Main entrance")

    assert read(tickets[1]).to_pay is None


def test_one_ticket_is_paid_and_the_other_waits(tickets: list[Ticket]) -> None:
    door = make.staff("door")

    taking.take(tickets[0], seen=TWENTY, amount=TEN, by=door, where="Desk")

    paid, waits = Payment.objects.order_by("pk")
    assert (paid.state, paid.amount, paid.confirmed_by, paid.received_where) == ("paid", TEN, door, "Desk")
    assert (waits.state, waits.amount) == ("pending", TEN)
    assert str(read(tickets[1]).to_pay) == "To pay: €10.00"
    entry = AuditEntry.objects.get(action="payment.taken_on_site")
    assert (entry.actor, entry.new["where"], entry.new["amount"]) == (door, "Desk", "10")


def test_two_doors_take_it_once(tickets: list[Ticket]) -> None:
    door = make.staff("door")
    taking.take(tickets[0], seen=TWENTY, amount=TEN, by=door, where="Desk")

    with pytest.raises(TakenAlready):
        taking.take(tickets[1], seen=TWENTY, amount=TEN, by=door, where="Gate")

    assert Payment.objects.kept() == TEN


@pytest.mark.parametrize("amount", ["-1", "0", "NaN", "0.001"])
def test_what_is_no_amount_is_not_taken(tickets: list[Ticket], amount: str) -> None:
    with pytest.raises((NoAmount, TakenAlready)):
        taking.take(tickets[0], seen=TWENTY, amount=Decimal(amount), by=make.staff("door"), where="Desk")

    assert Payment.objects.kept() == 0


def test_the_treasurer_takes_it_back_and_all_of_it_is_open_again(tickets: list[Ticket]) -> None:
    taking.take(tickets[0], seen=TWENTY, amount=TEN, by=make.staff("door"), where="Desk")

    paying.undo(Payment.objects.get(state="paid"), by=make.staff("treasurer"), reason="Wrong drawer")

    assert read(tickets[0]).to_pay.left == TWENTY


def test_mails_and_the_ticket_say_what_to_bring(tickets: list[Ticket]) -> None:
    mail = {message.template: message.text for message in Message.objects.all()}

    assert "To pay at the event: €20.00" in mail["order-confirmed"]
    assert "To pay at the event: €10.00" in mail["ticket"]
    assert "To pay at the event: €10.00" in mail["ticket-from-somebody"]
    ticket = documents.with_what_a_ticket_shows().get(pk=tickets[0].pk)
    assert documents._to_bring(ticket) == ["Still to pay at the event: €10.00."]


def test_a_cancelled_order_asks_for_no_cash(tickets: list[Ticket]) -> None:
    from kring.billing import settling

    settling.cancel(fresh(tickets[0].registration.line.order), reason="Ill")

    assert read(tickets[0]).to_pay is None
    assert not Payment.objects.on_site().exists()


def test_the_look_up_says_what_is_to_be_paid_as_the_scan_does_until_it_is(tickets: list[Ticket]) -> None:
    event = tickets[0].registration.event

    def amounts_shown() -> list[str]:
        return [str(each.to_pay) for each in look_up("ada", event, limit=5).people]

    assert amounts_shown() == [str(read(tickets[0]).to_pay)]
    taking.take(tickets[0], seen=TWENTY, amount=TWENTY, by=make.staff("door"), where="Desk")
    assert amounts_shown() == ["None"]
