"""Staff cancels: the rest is completed where nothing is open any more (B9), and all concerned are notified (B7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.billing import settling
from kring.mail.models import Message
from kring.payments import by_hand, paying
from kring.payments.models import Payment
from kring.registrations import bulk, calling_off, cancelling, deciding
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.payments.ordering import fresh

pytestmark = pytest.mark.usefixtures("in_scope")


def mails() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("template", "recipient"))


def paid_and_free(*prices: str) -> Any:
    """One order of a ticket at each of these prices; the first is for who orders."""
    attraction = make.attraction(capacity=10, price=prices[0])
    types = [attraction.ticket_types.get(), *(make.ticket_type(attraction, price=each) for each in prices[1:])]
    order = book(attraction.event, {each.pk: 1 for each in types}, language="en")
    guests = [Attendee(False, f"Guest {n}", f"guest-{n}@example.org") for n in range(1, len(prices))]
    return assign(
        order, buyer_name="Ada Lovelace", buyer_email="ada@example.org", attendees=[Attendee(myself=True), *guests]
    )


def at(order: Any, position: int) -> Registration:
    return Registration.objects.select_related("line__order").get(line__order=order, line__position=position)


def states(order: Any) -> tuple[str, list[str]]:
    return fresh(order).state, list(Registration.objects.of_order(order).values_list("state", flat=True))


@pytest.mark.parametrize("method", ["transfer", "manual", "testpay", None])
def test_what_is_left_and_costs_nothing_is_completed_at_once(in_scope: Any, method: str | None) -> None:
    order = paid_and_free("49.95", "0")
    if method == "testpay":
        settling.start_paying(order, until=None)
        settings = ordering.SETTINGS["testpay"]
        attempt = order.payments.create(
            method="testpay", amount=order.total, currency="EUR", reference="X-1", settings=settings, provider_id="c1"
        )
        Payment.objects.filter(pk=attempt.pk).update(state="pending")
    elif method:
        ordering.start(order, method)
    Message.objects.all().delete()

    cancelling.cancel(at(order, 1), reason="Full")

    assert states(order) == ("paid", ["cancelled", "completed"])
    assert fresh(order).expires_at is None
    assert [ticket.registration for ticket in Ticket.objects.all()] == [at(order, 2)]
    assert {("ticket-from-somebody", "guest-1@example.org"), ("order-confirmed", "ada@example.org")} <= set(mails())
    assert ("registration-cancelled", "ada@example.org") in mails()
    assert not order.payments.open().exists()


def test_money_that_comes_for_what_was_completed_without_it_is_kept_and_told() -> None:
    order = paid_and_free("49.95", "0")
    payment = ordering.start(order, "transfer").payment
    cancelling.cancel(at(order, 1), reason="Full")

    paying.confirm(payment)

    assert (fresh(order).state, paying.surplus(fresh(order))) == ("paid", Decimal("49.95"))
    assert mails()[-1][0] == "payment-surplus"


def test_an_order_paid_in_part_is_completed_when_the_rest_is_cancelled() -> None:
    order = paid_and_free("30", "20")
    by_hand.receive(ordering.start(order, "transfer").payment, amount=Decimal(20), by=make.staff("treasurer"))

    cancelling.cancel(at(order, 1), reason="Ill")

    assert states(order) == ("paid", ["cancelled", "completed"])
    assert not order.payments.open().exists()


def test_what_is_left_and_still_costs_something_waits_for_less() -> None:
    order = paid_and_free("30", "20")
    payment = ordering.start(order, "transfer").payment

    cancelling.cancel(at(order, 1), reason="Ill")

    assert (fresh(order).state, fresh(order).total, fresh(payment).amount) == ("awaiting", 20, 20)
    assert "Still to be paid: €20.00. Please pay no more than that." in Message.objects.latest("pk").text


def test_what_is_left_is_not_given_before_everything_is_answered() -> None:
    order = paid_and_free("49.95", "0")
    ordering.start(order, "transfer")
    at(order, 2).begin_anew()

    cancelling.cancel(at(order, 1), reason="Full")

    assert states(order) == ("awaiting", ["cancelled", "new"])


def test_an_order_that_nobody_has_named_people_for_is_not_given() -> None:
    attraction = make.attraction(price="49.95")
    free = make.ticket_type(attraction, price="0")
    order = book(attraction.event, {attraction.ticket_types.first().pk: 1, free.pk: 1}, language="en")

    settling.cancel_line(order.lines.first(), reason="Full")

    assert states(order) == ("open", ["cancelled", "new"])
    assert mails() == []


def test_cash_that_waits_is_less_where_one_does_not_come() -> None:
    order = paid_and_free("30", "20")
    payment = ordering.start(order, "cash").payment

    cancelling.cancel(at(order, 2), reason="Ill")

    assert (fresh(payment).amount, fresh(order).total) == (30, 30)


@pytest.mark.parametrize("act", ["one", "order", "bulk"])
def test_who_has_not_paid_yet_is_told_with_the_reason_and_so_is_who_ordered(act: str) -> None:
    order = ordering.order(tickets=2)
    ordering.start(order, "transfer")
    Message.objects.all().delete()

    if act == "one":
        cancelling.cancel(at(order, 2), reason="Full")
    elif act == "order":
        settling.cancel(fresh(order), reason="Full")
    else:
        keys = Registration.objects.values_list("pk", flat=True)
        bulk.begin(bulk.CANCEL, list(keys), by=make.staff("organiser"), reason="Full")

    whole = ("registration-cancelled", "ada@example.org")
    to_buyer = ("registration-cancelled-buyer", "ada@example.org") if act == "one" else whole
    assert sorted(mails()) == sorted([("registration-cancelled", "guest-1@example.org"), to_buyer])
    for message in Message.objects.all():
        assert "This is why: Full" in message.text
    to_buyer = Message.objects.get(recipient="ada@example.org").text
    assert ("Still to be paid: €49.95" if act == "one" else "please do not pay") in to_buyer


def test_who_ordered_for_others_is_told_of_completed_ones_once() -> None:
    order = ordering.order(tickets=3)
    paying.confirm(ordering.start(order, "transfer").payment)
    Message.objects.all().delete()

    keys = [at(order, 2).pk, at(order, 3).pk]
    bulk.begin(bulk.CANCEL, keys, by=make.staff("organiser"), reason="Ill")

    assert sorted(mails()) == [
        ("registration-cancelled", "guest-1@example.org"),
        ("registration-cancelled", "guest-2@example.org"),
        ("registration-cancelled-buyer", "ada@example.org"),
    ]
    text = Message.objects.get(recipient="ada@example.org").text
    for expected in (
        "This is about: Guest 1, Guest 2.",
        "Order",
        "costs €49.95 now",
        "Paid: €149.85",
        "too much: €99.90",
    ):
        assert expected in text
    assert fresh(order).total == Decimal("49.95")


def test_two_children_with_one_address_are_one_mail() -> None:
    attraction = make.attraction(price="0")
    order = book(attraction.event, {attraction.ticket_types.get().pk: 2}, language="en")
    children = [Attendee(False, name, "mum@example.org") for name in ("Tim", "Lena")]
    order = assign(order, buyer_name="Mum", buyer_email="mum@example.org", attendees=children)
    ordering.start(order, "free")
    Message.objects.all().delete()

    settling.cancel(fresh(order), reason="Ill")

    assert mails() == [("registration-cancelled", "mum@example.org")]
    assert "This is about: Tim, Lena." in Message.objects.get().text


def test_an_event_called_off_is_one_mail_for_who_has_not_paid() -> None:
    order = ordering.order()
    ordering.start(order, "transfer")
    Message.objects.all().delete()

    calling_off.call_off(at(order, 1).event, reason="Storm")
    calling_off.notify(at(order, 1).event)

    assert mails() == [("event-cancelled", "ada@example.org")]


def test_who_is_given_the_money_back_by_decision_hears_of_it() -> None:
    attraction = make.attraction(capacity=1, price="49.95")
    order = ordering.order(attraction=attraction)
    payment = ordering.start(order, "transfer").payment
    ordering.let_expire(order)
    settling.expire_due()
    ordering.order(attraction=attraction)
    paying.confirm(payment)
    Message.objects.all().delete()

    deciding.give_back(fresh(order), reason="No more room", by=make.staff("treasurer"))

    assert mails() == [("payment-refunded", "ada@example.org"), ("registration-cancelled-buyer", "ada@example.org")]
    assert "No more room" in Message.objects.latest("pk").text
