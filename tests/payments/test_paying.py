"""An attempt to pay, from beginning to end (P2–P5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.billing.refusals import OrderGone
from kring.mail.models import Message
from kring.payments import paying, refusals
from kring.payments.method import Done, Instructions
from kring.payments.methods import UnknownMethod
from kring.payments.models import Payment
from kring.registrations.models import Registration
from tests import make
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.refusing import refuses


def mails() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("template", "recipient"))


def test_what_is_free_is_completed_at_once(in_scope):
    order = ordering.order(price="0")

    started = ordering.start(order, "free")

    assert started.answer == Done(paid=True)
    assert (fresh(order).state, fresh(started.payment).state) == ("paid", "paid")


def test_what_costs_money_is_never_free(in_scope):
    order = ordering.order(price="49.95")

    with refuses(refusals.NotOffered):
        ordering.start(order, "free")

    assert fresh(order).state == "open"


def test_cash_completes_the_registration_and_staff_may_tick_the_money_later(in_scope):
    order = ordering.order()

    payment = ordering.start(order, "cash").payment

    assert (fresh(order).state, payment.state) == ("paid", "pending")
    assert Registration.objects.get().state == "completed"

    treasurer = make.staff("treasurer")
    assert paying.confirm(payment, by=treasurer)

    assert (payment.state, payment.confirmed_by) == ("paid", treasurer)
    assert paying.surplus(order) == 0


def test_a_transfer_keeps_the_place_for_the_days_the_attraction_gives(in_scope):
    order = ordering.order()

    started = ordering.start(order, "transfer", days_to_pay=5)

    assert isinstance(started.answer, Instructions)
    assert fresh(started.payment).state == "pending"
    in_five_days = timezone.now() + timedelta(days=5)
    registration = Registration.objects.select_related("hold").get()
    assert abs(fresh(order).expires_at - in_five_days) < timedelta(minutes=1)
    assert registration.hold.expires_at == fresh(order).expires_at
    assert registration.state == "paying"


def test_who_pays_by_transfer_is_told_how_by_mail(in_scope):
    order = ordering.order()

    payment = ordering.start(order, "transfer", days_to_pay=5).payment

    [message] = Message.objects.all()
    assert (message.template, message.recipient) == ("payment-instructions-transfer", "ada@example.org")
    for fact in ("NL91 ABNA 0417 1643 00", "Congress foundation", payment.reference, "€49.95", order.number):
        assert fact in message.text
    assert f"/orders/{order.secret}/payment/{payment.pk}/" in message.text


def test_the_organisers_own_words_reach_the_payer_line_by_line(in_scope):
    order = ordering.order()

    ordering.start(order, "manual", settings={"text": "First *this*.\nThen that."})

    [message] = Message.objects.all()
    assert "First *this*.  \nThen that." in message.text
    assert "First *this*." in message.html


def test_paying_again_goes_on_with_the_open_attempt(in_scope):
    order = ordering.order()

    first = ordering.start(order, "transfer").payment
    again = ordering.start(order, "transfer").payment

    assert again == first
    assert Payment.objects.count() == 1
    assert mails() == [("payment-instructions-transfer", "ada@example.org")]


def test_another_account_number_begins_another_attempt(in_scope):
    order = ordering.order()
    before = ordering.start(order, "transfer").payment

    settings = {"account": "DE89370400440532013000", "holder": "Congress foundation"}
    after = ordering.start(order, "transfer", settings=settings).payment

    assert (fresh(before).state, after.state) == ("cancelled", "pending")


def test_an_order_that_is_paid_is_not_paid_again(in_scope):
    order = ordering.order()
    ordering.start(order, "cash")

    with refuses(refusals.AlreadyPaid):
        ordering.start(order, "transfer")


@pytest.mark.parametrize("end", ["the clock", "the worker", "the organiser"])
def test_an_order_that_is_over_cannot_be_paid(in_scope, end):
    order = ordering.order()
    if end == "the organiser":
        settling.cancel(order, reason="Called off")
    else:
        ordering.let_expire(order)
    if end == "the worker":
        settling.expire_due()

    with refuses(OrderGone):
        ordering.start(order, "transfer")

    assert Payment.objects.count() == 0


def test_nobody_pays_before_it_is_said_who_comes(in_scope):
    order = ordering.order()
    Order.objects.update(buyer_email="")

    with refuses(refusals.NotReady):
        ordering.start(order, "transfer")


def test_a_method_that_is_not_served_does_not_exist(in_scope, settings):
    settings.TESTPAY = False
    order = ordering.order()

    with refuses(UnknownMethod):
        ordering.start(order, "testpay")


def test_a_confirmed_payment_completes_the_order_once(in_scope):
    order = ordering.order()
    payment = ordering.start(order, "transfer").payment
    treasurer = make.staff("treasurer")

    assert paying.confirm(payment, by=treasurer) is True
    assert paying.confirm(payment, by=treasurer) is False

    assert fresh(order).state == "paid"
    assert [template for template, _to in mails()].count("order-confirmed") == 1


def test_money_for_an_order_that_was_paid_in_another_way_is_kept_and_told_to_staff(in_scope):
    order = ordering.order()
    by_transfer = ordering.start(order, "transfer").payment
    by_hand = ordering.start(order, "manual").payment
    paying.confirm(by_hand)
    assert fresh(by_transfer).state == "cancelled"

    paying.confirm(by_transfer)

    assert fresh(by_transfer).state == "paid"
    assert paying.surplus(order) == order.total
    assert mails()[-1] == ("payment-surplus", in_scope.contact_email)
    assert "€49.95 too much" in Message.objects.latest("pk").text


def test_less_than_the_total_is_kept_and_completes_nothing(in_scope):
    order = ordering.order()
    payment = ordering.start(order, "transfer").payment
    Order.objects.update(total=60)

    paying.confirm(payment)

    assert (fresh(order).state, payment.state) == ("awaiting", "paid")
    assert mails()[-2:] == [
        ("payment-too-little", in_scope.contact_email),
        ("payment-part-received", "ada@example.org"),
    ]
    assert "Still to be paid: €10.05" in Message.objects.latest("pk").text


def test_a_failed_payment_says_why_and_can_be_tried_again(in_scope):
    order = ordering.order()
    payment = ordering.start(order, "manual").payment

    paying.fail(payment, "insufficient_funds")

    assert (payment.state, payment.failure_reason) == ("failed", "insufficient_funds")
    assert mails()[-1] == ("payment-failed", "ada@example.org")
    assert "There is not enough money on the account." in Message.objects.latest("pk").text
    assert "insufficient_funds" not in Message.objects.latest("pk").text
    again = ordering.start(order, "manual").payment
    assert again != payment


def test_after_a_failure_the_place_is_not_kept_for_days(in_scope):
    order = ordering.order()
    payment = ordering.start(order, "transfer", days_to_pay=14).payment

    paying.fail(payment, "No money")

    soon = timezone.now() + paying.TRY_AGAIN_WITHIN
    assert fresh(order).expires_at <= soon
    assert Registration.objects.select_related("hold").get().hold.expires_at <= soon


def test_while_another_attempt_is_open_a_failure_takes_no_time_away(in_scope):
    order = ordering.order()
    ordering.start(order, "transfer", days_to_pay=14)
    until = fresh(order).expires_at

    paying.fail(ordering.start(order, "manual", days_to_pay=2).payment, "No money")

    assert fresh(order).expires_at == until


def test_money_that_arrived_does_not_fail_afterwards(in_scope):
    order = ordering.order()
    payment = ordering.start(order, "transfer").payment
    paying.confirm(payment)

    assert paying.fail(payment, "Too late") is False

    assert (payment.state, fresh(order).state) == ("paid", "paid")


def test_a_payment_that_failed_may_still_arrive(in_scope):
    order = ordering.order()
    payment = ordering.start(order, "transfer").payment
    paying.fail(payment, "No money")

    assert paying.confirm(payment) is True

    assert (payment.failure_reason, fresh(order).state) == ("", "paid")


def test_money_after_the_end_gets_the_place_if_there_is_one_left(in_scope):
    order = ordering.order(capacity=1)
    payment = ordering.start(order, "transfer").payment
    ordering.let_expire(order)
    settling.expire_due()

    paying.confirm(payment)

    assert fresh(order).state == "paid"
    assert Registration.objects.get().state == "completed"


def test_money_after_the_place_is_gone_waits_for_the_organiser(in_scope):
    attraction = make.attraction(capacity=1, price="49.95")
    late = ordering.order(attraction=attraction)
    payment = ordering.start(late, "transfer").payment
    ordering.let_expire(late)
    settling.expire_due()
    make.staff("treasurer", email="treasurer@example.org")
    ordering.start(ordering.order(attraction=attraction), "cash")

    paying.confirm(payment)

    assert (payment.state, fresh(late).state) == ("paid", "undecided")
    assert ("paid-too-late", "ada@example.org") in mails()
    assert ("paid-too-late-staff", "treasurer@example.org") in mails()
    assert sorted(attraction.registrations.values_list("state", flat=True)) == ["completed", "expired"]


def test_the_payment_is_in_the_log_with_who_confirmed_it(in_scope):
    from kring.organisations.models import AuditEntry

    treasurer = make.staff("treasurer")
    payment = ordering.start(ordering.order(), "transfer").payment

    paying.confirm(payment, by=treasurer)

    entry = AuditEntry.objects.get(action="payment.received")
    assert (entry.actor, entry.subject_label) == (treasurer, payment.reference)
    assert entry.new == {"method": "transfer", "amount": "49.95", "currency": "EUR", "state": "paid"}
