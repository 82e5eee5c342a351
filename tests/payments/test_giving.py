"""A refund that the payer lets the organisation keep: no money moves, and it is a gift (R6)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from kring.mail.models import Message
from kring.payments import paying, refunding
from kring.payments.models import KEPT, Payment, Refund
from kring.payments.sums import sums
from kring.registrations import reporting
from kring.registrations.models import Registration
from tests.payments import ordering
from tests.payments.ordering import euro, fresh


def given(payment: Payment, amount: str = "20.00") -> Refund:
    return refunding.refund(fresh(payment), amount=euro(amount), reason="She said so", by=None, how="gift")


@pytest.fixture
def payment(in_scope):
    payment = ordering.start(ordering.order(price="50.00"), "transfer").payment
    paying.confirm(payment)
    return fresh(payment)


def test_nothing_moves_less_is_refundable_and_the_payer_is_thanked(payment):
    given(payment)

    now = fresh(payment)
    assert (now.refunded, now.gifted, now.left) == (20, 20, 30)
    assert Message.objects.filter(template="payment-refunded").count() == 0
    assert Message.objects.get(template="payment-given").recipient == "ada@example.org"
    assert Payment.objects.aggregate(income=Sum(KEPT + F("gifted")))["income"] == 50


def test_the_order_says_that_it_stays_as_a_gift_and_not_that_it_was_refunded(payment):
    given(payment)
    refunding.refund(fresh(payment), amount=euro("5.00"), reason="Ill", by=None, how="cash")

    found = sums(payment.order, payment.order.payments.all(), payment.order.lines.all())

    assert (found.gift, found.given_back, found.received) == (20, 5, 50)


def test_the_report_of_the_event_has_it_among_the_gifts(payment):
    given(payment)
    event = Registration.objects.get().event

    (income,) = [each for each in reporting.report(event) if each.key == "income"]

    assert income.rows[-1] == ["Gifts", 20, 1]


def test_noted_by_mistake_it_is_taken_back(payment):
    refund = given(payment)

    refunding.take_back(refund, reason="Mistake", by=None)

    assert (fresh(payment).gifted, fresh(payment).left) == (0, 50)


def test_the_database_keeps_gifts_below_what_was_refunded(payment):
    with pytest.raises(IntegrityError, match="payment_gives_no_more_than_is_refunded"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(gifted=euro("0.01"))
