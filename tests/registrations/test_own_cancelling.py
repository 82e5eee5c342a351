"""Attendees and buyers cancel by the rule of the event: what was shown goes back, for these tickets alone (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.checkin.scanning import scan
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.events import refund_terms
from kring.events.models import Event
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying, refunding
from kring.registrations import codes, own_cancelling
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, Ticket, TicketChange
from kring.registrations.own_cancelling import CancellingIsOver, GivesTooMuch, ReturnsOtherwise
from kring.registrations.passing_on import PassedOnAlready
from tests import make
from tests.payments import instalments
from tests.payments.ordering import fresh as reread
from tests.payments.ordering import order, start
from tests.refusing import refuses
from tests.registrations.changing import bought, event_with_changes, fee, fresh, pass_on, share
from tests.registrations.price_rules import rule
from tests.registrations.tickets import let_in_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield


def order_of(ticket: Ticket) -> Order:
    found: Order = reread(ticket.registration.line.order)
    return found


def all_of(ticket: Ticket) -> list[Registration]:
    rows = Registration.objects.of_order(ticket.registration.line.order)
    return list(rows.select_related("line", "event"))


def cancel(ticket: Ticket, *which: Registration, seen: str, **more: Any) -> Any:
    keys = [each.pk for each in which] or [ticket.registration_id]
    return own_cancelling.cancel(ticket.registration.line.order_id, keys, seen=Decimal(seen), **more)


def adds_up(ticket: Ticket) -> None:
    """What came in and is neither owed nor kept is to be given back: no more, and nothing twice."""
    made = order_of(ticket)
    to_give_back = sum(TicketChange.objects.values_list("returned", flat=True))
    assert paying.surplus(made) == to_give_back


def test_the_fee_is_kept_and_the_rest_is_to_be_given_back() -> None:
    ticket = bought(event=event_with_changes(fee("5.50")))
    old = codes.code_of(ticket)

    done = cancel(ticket, seen="34.50")

    assert (done.fee, done.returned) == (Decimal("5.50"), Decimal("34.50"))
    made = order_of(ticket)
    assert (made.state, made.retained) == (Order.State.CANCELLED, Decimal("5.50"))
    adds_up(ticket)
    assert AuditEntry.objects.get(action="order.money_retained").new["amount"] == "5.50"
    assert "€5.50 is kept" in Message.objects.get(template="registration-cancelled").text
    assert scan(old, event=ticket.registration.event, location=None, device="", user=None).result == "cancelled"


def test_until_the_date_it_is_free() -> None:
    later = timezone.now() + timedelta(minutes=5)
    ticket = bought(event=event_with_changes(share(100, until=later), share(0)))

    cancel(ticket, seen="40")

    assert order_of(ticket).retained == 0
    adds_up(ticket)


def test_of_several_tickets_one_goes_back_and_who_stays_keeps_the_group_price() -> None:
    at = event_with_changes(share(90))
    rule(at, "people", amount="25", settings={"fewest": 3})
    ticket = bought(event=at, tickets=3)
    assert order_of(ticket).total == Decimal(90)

    cancel(ticket, seen="27")

    made = order_of(ticket)
    assert (made.state, made.total, made.retained) == (Order.State.PAID, Decimal(60), Decimal(3))
    assert [each.line.amount for each in all_of(ticket)] == [Decimal(30)] * 3
    adds_up(ticket)


def test_all_of_an_order_go_back_at_once() -> None:
    ticket = bought(event=event_with_changes(fee(4)), tickets=3)

    cancel(ticket, *all_of(ticket), seen="108")

    made = order_of(ticket)
    assert (made.state, made.retained) == (Order.State.CANCELLED, Decimal(12))
    assert [(each.price, each.fee, each.returned) for each in TicketChange.objects.all()] == [(40, 4, 36)] * 3
    adds_up(ticket)


def test_each_cancels_for_themselves_and_gets_what_is_theirs() -> None:
    """tendenci #1159 gave back 38 of 44 instead of 36."""
    ticket = bought(event=event_with_changes(fee(4)), price="11", tickets=4)
    people = all_of(ticket)

    for each in people:
        cancel(ticket, each, seen="7")

    assert (order_of(ticket).retained, sum(TicketChange.objects.values_list("returned", flat=True))) == (16, 28)
    adds_up(ticket)


def test_a_fee_is_kept_of_what_was_paid_and_nobody_owes_one() -> None:
    at = make.attraction(event=event_with_changes(fee(5)), price="40", capacity=10, days_to_pay=14)
    made = order(attraction=at)
    start(made, "cash")
    ticket = fresh(Ticket.objects.get())

    cancel(ticket, seen="0")

    assert order_of(ticket).retained == 0
    adds_up(ticket)


def test_what_was_refunded_before_does_not_go_back_again() -> None:
    ticket = bought(event=event_with_changes(fee(5)), tickets=2)
    payment = order_of(ticket).payments.get()
    refunding.refund(payment, amount=Decimal(60), reason="Courtesy", by=None)

    with refuses(ReturnsOtherwise):
        cancel(ticket, seen="35")
    cancel(ticket, seen="0")

    adds_up(ticket)


def test_what_was_shown_is_done_or_nothing_is() -> None:
    ticket = bought(event=event_with_changes(share(100, until=timezone.now()), fee(5)))

    with refuses(ReturnsOtherwise) as caught:
        cancel(ticket, seen="40")

    assert "€35.00 now" in str(caught.value)
    assert fresh(ticket).registration.state == "completed" and not TicketChange.objects.exists()


def test_the_same_click_twice_gives_back_once() -> None:
    ticket = bought(event=event_with_changes(), tickets=2)

    cancel(ticket, seen="40")
    assert cancel(ticket, seen="40") is None

    assert TicketChange.objects.count() == 1
    adds_up(ticket)


@pytest.mark.parametrize("changes", [{"may_cancel": False}, {"changes_until": "past"}])
def test_only_where_and_while_the_event_lets_them_and_staff_always(changes: dict[str, Any]) -> None:
    past = timezone.now() - timedelta(minutes=1)
    changes = {name: past if value == "past" else value for name, value in changes.items()}
    ticket = bought(event=event_with_changes(fee(5)))
    Event.objects.update(**changes)

    with refuses(CancellingIsOver):
        cancel(ticket, seen="35")
    cancel(ticket, seen="35", by_staff=True, reason="Ill")

    adds_up(ticket)
    assert "Ill" in Message.objects.get(template="registration-cancelled").text


def test_not_after_the_check_in_not_twice_and_not_what_was_passed_on() -> None:
    ticket = bought(event=event_with_changes(), tickets=3)
    first, second, third = all_of(ticket)
    let_in_at(ticket, "Gate")
    passed = Ticket.objects.get(registration=second)
    pass_on(passed)

    with refuses(CameInAlready):
        cancel(ticket, first, seen="40")
    with refuses(PassedOnAlready):
        cancel(ticket, second, seen="40", by_buyer=True)
    cancel(ticket, third, seen="40")
    with refuses(WrongState):
        cancel(ticket, third, second, seen="80")
    with refuses(CancellingIsOver):
        own_cancelling.cancel(order_of(ticket).pk, [0], seen=Decimal(0))
    adds_up(ticket)


def test_what_moved_to_another_day_is_free_whatever_the_rule() -> None:
    ticket = bought(event=event_with_changes(fee(5)), tickets=2)
    event = ticket.registration.event
    event.free_to_cancel_from(timezone.now(), until=timezone.now() + timedelta(minutes=30))

    cancel(ticket, *all_of(ticket), seen="80")

    adds_up(ticket)


def test_each_ticket_by_the_terms_of_its_type() -> None:
    at = event_with_changes(share(50))
    ticket = bought(event=at, tickets=2)
    own = make.attraction(event=at, price="10", days_to_pay=14).ticket_types.get()
    refund_terms.agree(at, [share(0)], ticket_type=own)
    first, second = all_of(ticket)
    Registration.objects.filter(pk=second.pk).update(ticket_type=own)

    cancel(ticket, first, second, seen="20")

    assert [(each.fee, each.returned) for each in TicketChange.objects.order_by("fee")] == [(20, 20), (40, 0)]
    adds_up(ticket)


def test_of_what_was_paid_in_part_no_more_goes_back_than_came_in() -> None:
    """Half of the price is kept; a third was paid."""
    ticket = bought(event=event_with_changes(share(50)))
    order = order_of(ticket)
    refunding.refund(order.payments.get(), amount=Decimal(25), reason="Courtesy", by=None)

    cancel(ticket, seen="0")

    assert order_of(ticket).retained == 15
    adds_up(ticket)


@pytest.mark.parametrize(("percent", "returned"), [(100, "30"), (80, "10"), (50, "0")])
def test_of_a_deposit_that_goes_back_which_the_terms_do_not_keep(percent: int, returned: str) -> None:
    """Of a price of 100, of which 30 have come in."""
    at = event_with_changes(share(percent))
    made = instalments.complete("30", "70", attraction=make.attraction(event=at, price="100", days_to_pay=14))
    ticket = fresh(Ticket.objects.get(registration__line__order=made))

    cancel(ticket, seen=returned)

    assert order_of(ticket).retained == 30 - Decimal(returned)
    adds_up(ticket)


@pytest.mark.parametrize("amount", ["40.01", "-0.01", "1.001", "NaN", "Infinity"])
def test_staff_give_back_no_more_than_was_paid(amount: str) -> None:
    ticket = bought(event=event_with_changes(share(50)))

    with refuses(GivesTooMuch):
        cancel(ticket, seen="20", by_staff=True, goes_back=Decimal(amount))

    assert order_of(ticket).state == Order.State.PAID


def test_what_staff_decide_is_kept_and_said_without_the_terms() -> None:
    ticket = bought(event=event_with_changes(share(50)))

    cancel(ticket, seen="20", by_staff=True, goes_back=Decimal("12.34"), reason="Ill")

    assert order_of(ticket).retained == Decimal("27.66")
    text = Message.objects.get(template="registration-cancelled").text
    assert "€27.66 is kept." in text and "by the terms" not in text
    adds_up(ticket)
