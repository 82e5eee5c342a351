"""Calling an event off: everybody concerned is notified, and nobody pays any more (E4)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.billing.models import Order
from kring.billing.refusals import OrderGone
from kring.core.refusals import Refusal
from kring.events.models import Event
from kring.mail.models import Message
from kring.payments import paying
from kring.registrations import calling_off
from kring.registrations.booking import book
from kring.registrations.models import Registration
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.refusing import refuses


@pytest.fixture
def event(in_scope: Any) -> Event:
    return make.event(name="Rally", created_by=make.user("maker@example.org"))


@pytest.fixture
def attraction(event: Event) -> Any:
    return make.attraction(event=event, price="40")


def mails() -> list[tuple[str, str]]:
    called_off = Message.objects.filter(template__startswith="event-cancelled")
    return sorted(called_off.values_list("template", "recipient"))


def call_off(event: Event) -> None:
    calling_off.call_off(event, reason="A storm is coming.")
    work()


def test_everybody_who_comes_or_ordered_and_the_staff_get_one_mail_with_the_reason(attraction: Any) -> None:
    ordering.order(attraction=attraction, tickets=2)
    ordering.order(attraction=attraction)
    admin = make.staff("org_admin")

    call_off(attraction.event)

    assert mails() == [
        ("event-cancelled", "ada@example.org"),
        ("event-cancelled", "guest-1@example.org"),
        *sorted(("event-cancelled-staff", each) for each in (admin.email, "maker@example.org")),
    ]
    assert all(
        "A storm is coming." in text for text in (mail.text for mail in Message.objects.all()) if "Rally" in text
    )


def test_what_is_not_paid_is_let_go_and_cannot_be_paid_any_more(attraction: Any) -> None:
    order = ordering.order(attraction=attraction)

    call_off(attraction.event)

    order.refresh_from_db()
    assert order.state == Order.State.CANCELLED
    assert Registration.objects.get().state == Registration.State.CANCELLED
    with refuses(OrderGone):
        ordering.start(order, "transfer")


def test_money_does_not_go_back_by_itself_and_staff_see_which_orders_are_paid(attraction: Any) -> None:
    paid, unpaid = ordering.order(attraction=attraction), ordering.order(attraction=attraction)
    paying.confirm(ordering.start(paid, "transfer").payment)

    numbers = calling_off.concerned(attraction.event)
    call_off(attraction.event)

    assert (numbers.people, numbers.paid, numbers.unpaid) == (2, 1, 1)
    paid.refresh_from_db()
    assert paid.state == Order.State.PAID
    assert paid.payments.get().refunded == 0
    assert [order.pk for order in calling_off.paid_orders(attraction.event)] == [paid.pk]
    assert unpaid.pk not in calling_off.paid_orders(attraction.event).values_list("pk", flat=True)


def test_who_was_cancelled_before_hears_nothing(attraction: Any) -> None:
    ordering.order(attraction=attraction)
    Registration.objects.update(state="expired")

    call_off(attraction.event)

    assert [template for template, _to in mails()] == ["event-cancelled-staff"]


def test_nobody_registers_for_it_any_more(attraction: Any) -> None:
    call_off(attraction.event)

    with refuses(Refusal):
        book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")


def test_the_mails_come_with_the_fact_or_not_at_all(attraction: Any) -> None:
    ordering.order(attraction=attraction)

    calling_off.call_off(attraction.event, reason="Storm")
    assert mails() == [], "a job writes them, so that the page does not wait"

    work()
    work()
    assert len(mails()) == 2
