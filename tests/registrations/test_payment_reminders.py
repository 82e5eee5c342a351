"""Reminders of what is still to be paid: once each, to who owes (R8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Instalment, Order
from kring.events.models import Event
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.payments import arrears, paying
from kring.payments.models import Payment
from kring.registrations import payment_reminders
from tests.payments import ordering
from tests.payments.instalments import complete, in_days, order, pay
from tests.payments.ordering import fresh

REMINDERS = ("instalment-due", "instalment-overdue", "payment-reminder")


@pytest.fixture(autouse=True)
def scope_of(in_scope):
    return in_scope


def sent() -> list[str]:
    return list(Message.objects.filter(template__in=REMINDERS).order_by("pk").values_list("template", flat=True))


def move(made: Order, days: int, position: int = 2) -> None:
    """The instalment is due in so many days."""
    Instalment.objects.filter(order=made, position=position).update(due_on=in_days(days))


@pytest.mark.parametrize(
    ("days", "template"),
    [(8, []), (7, ["instalment-due"]), (0, ["instalment-due"]), (-2, []), (-3, ["instalment-overdue"])],
)
def test_a_reminder_goes_out_before_and_after_the_day_and_once(days, template):
    made = complete("100", "200")
    move(made, days)

    for _again in range(3):
        payment_reminders.remind_of_instalments()

    assert sent() == template


def test_the_mail_says_what_is_open_of_the_instalment_and_leads_to_where_it_is_paid():
    made = complete("100", "200")
    pay(made, "50")
    move(made, 3)

    payment_reminders.remind_of_instalments()

    message = Message.objects.get(template="instalment-due")
    assert message.recipient == "ada@example.org"
    assert "€150.00" in message.text
    assert f"/orders/{made.secret}/rest/" in message.text


def test_before_and_after_each_part_has_its_own():
    made = complete("100", "100", "100")
    move(made, 5)
    payment_reminders.remind_of_instalments()
    move(made, -4)
    move(made, 6, position=3)
    payment_reminders.remind_of_instalments()

    assert sorted(sent()) == ["instalment-due", "instalment-due", "instalment-overdue"]


def test_who_has_paid_hears_nothing():
    made = complete("100", "200")
    pay(made)
    move(made, -5)

    assert payment_reminders.remind_of_instalments() == 0


def test_a_cancelled_order_and_a_cancelled_event_are_reminded_of_nothing():
    made, other = complete("100", "200"), complete("100", "200")
    move(made, -5)
    move(other, -5)
    settling.cancel(fresh(made), reason="ill")
    Event.objects.filter(registrations__line__order=other).update(state=Event.State.CANCELLED)

    assert payment_reminders.remind_of_instalments() == 0


def test_an_order_whose_deposit_is_not_there_yet_is_not_reminded_of_parts():
    made = order("100", "200")
    ordering.start(made, "transfer")
    move(made, 3)

    assert payment_reminders.remind_of_instalments() == 0


def test_an_organisation_may_send_none(scope_of):
    Organisation.objects.filter(pk=scope_of.pk).update(instalment_days_before=0, instalment_days_after=0)
    scope_of.refresh_from_db()
    made = complete("100", "200")
    move(made, -5)

    assert payment_reminders.remind_of_instalments() == 0


def test_another_date_is_reminded_of_anew():
    made = complete("100", "200")
    move(made, -5)
    payment_reminders.remind_of_instalments()

    arrears.extend(made, due_on=in_days(4), reason="asked for it", by=None)
    payment_reminders.remind_of_instalments()

    assert sent() == ["instalment-overdue", "instalment-due"]


def test_those_reminded_already_leave_room_for_the_others(monkeypatch):
    monkeypatch.setattr(payment_reminders, "AT_ONCE", 1)
    for _each in range(2):
        made = complete("100", "200")
        # The deposit came in some days ago.
        move(made, -10, position=1)
        move(made, 5)

    assert [payment_reminders.remind_of_instalments() for _again in range(3)] == [1, 1, 0]


# Orders that wait for a transfer.


def waiting(days_left: float, *, begun: int = 10) -> Order:
    made = ordering.order(price="50")
    ordering.start(made, "transfer")
    now = timezone.now()
    Order.objects.filter(pk=made.pk).update(expires_at=now + timedelta(days=days_left))
    Payment.objects.filter(order=made).update(created_at=now - timedelta(days=begun))
    return fresh(made)


@pytest.mark.parametrize(("days_left", "begun", "template"), [(2.1, 10, 0), (1.9, 10, 1), (-1, 10, 0), (1.9, 0, 0)])
def test_an_order_that_waits_for_a_transfer_is_reminded_once_before_it_expires(days_left, begun, template):
    waiting(days_left, begun=begun)

    for _again in range(2):
        payment_reminders.remind_of_payments()

    assert sent() == ["payment-reminder"] * template


def test_a_paid_order_is_reminded_of_nothing():
    paying.confirm(waiting(1).payments.get())

    assert payment_reminders.remind_of_payments() == 0
