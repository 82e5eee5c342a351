"""Staff's corrections: a payment confirmed by mistake, a refund."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kring.billing import settling
from kring.billing.models import Order
from kring.checkin.scanning import verdict
from kring.core.refusals import WrongState
from kring.organisations.models import AuditEntry
from kring.payments import paying, refunding, refusals
from kring.payments.models import Payment, Refund
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.payments.ordering import fresh


@pytest.fixture
def treasurer(in_scope):
    return make.staff("treasurer")


@pytest.fixture
def paid(in_scope, treasurer):
    payment = ordering.start(ordering.order(), "transfer").payment
    paying.confirm(payment, by=treasurer)
    return payment


def test_a_tick_by_mistake_is_taken_back_and_the_ticket_opens_no_door(paid, treasurer):
    paying.undo(paid, by=treasurer, reason="Wrong line")

    assert (paid.state, paid.confirmed_by, paid.settled_at) == ("pending", None, None)
    assert fresh(paid.order).state == "awaiting"
    assert Registration.objects.get().state == "paying"
    ticket = Ticket.objects.get()
    assert verdict(codes.code_of(ticket), event=ticket.registration.event).result == "not_paid"
    entry = AuditEntry.objects.get(action="payment.undone")
    assert (entry.actor, entry.old["state"], entry.new["state"]) == (treasurer, "paid", "pending")
    assert entry.new["reason"] == "Wrong line"


def test_what_was_taken_back_can_be_ticked_again(paid, treasurer):
    paying.undo(paid, by=treasurer, reason="Wrong line")

    assert paying.confirm(paid, by=treasurer) is True

    assert fresh(paid.order).state == "paid"
    assert Registration.objects.get().state == "completed"


def test_taking_back_cash_leaves_the_registration_complete(in_scope, treasurer):
    payment = ordering.start(ordering.order(), "cash").payment
    paying.confirm(payment, by=treasurer)

    paying.undo(payment, by=treasurer, reason="It was somebody else")

    assert (payment.state, fresh(payment.order).state) == ("pending", "paid")


def test_what_was_not_received_cannot_be_taken_back(in_scope, treasurer):
    payment = ordering.start(ordering.order(), "transfer").payment

    with pytest.raises(WrongState):
        paying.undo(payment, by=treasurer, reason="Wrong line")


def test_what_a_provider_confirmed_is_not_taken_back_by_hand(in_scope, treasurer):
    order = ordering.order()
    payment = order.payments.create(
        method="testpay", amount=order.total, currency="EUR", reference="X-1", settings=ordering.SETTINGS["testpay"]
    )
    paying.confirm(payment)

    with pytest.raises(refusals.OnlyByHand):
        paying.undo(payment, by=treasurer, reason="Wrong line")


def test_what_a_person_confirmed_of_a_provider_is_taken_back_and_the_provider_has_the_word(in_scope, treasurer):
    order = ordering.order()
    payment = order.payments.create(
        method="testpay", amount=order.total, currency="EUR", reference="X-1", settings=ordering.SETTINGS["testpay"]
    )
    paying.fail(payment, "insufficient_funds")
    paying.confirm(payment, by=treasurer)

    paying.undo(payment, by=treasurer, reason="Wrong line")

    assert (payment.state, fresh(order).state) == ("cancelled", "awaiting")


def test_what_is_taken_back_does_not_push_out_the_attempt_that_took_its_place(in_scope, treasurer):
    """One open attempt for each method: the database keeps that."""
    order = ordering.order()
    first = ordering.start(order, "transfer").payment
    second = ordering.start(order, "transfer", settings=ordering.SETTINGS["transfer"] | {"holder": "Another"}).payment
    Order.objects.filter(pk=order.pk).update(total=1000)
    paying.confirm(first, by=treasurer)

    paying.undo(first, by=treasurer, reason="Wrong line")

    assert [fresh(payment).state for payment in (first, second)] == ["cancelled", "pending"]


def test_money_that_went_back_is_recorded(paid, treasurer):
    given = refunding.refund(paid, amount=Decimal("20.00"), reason="Ill", by=treasurer)

    assert (given.amount, given.reason, given.created_by) == (Decimal("20.00"), "Ill", treasurer)
    assert (paid.refunded, Payment.objects.kept()) == (Decimal("20.00"), Decimal("29.95"))
    assert AuditEntry.objects.get(action="payment.refunded").new == {"amount": "20.00", "reason": "Ill"}


def test_no_more_goes_back_than_came(paid, treasurer):
    refunding.refund(paid, amount=Decimal("20.00"), reason="Ill", by=treasurer)

    with pytest.raises(refusals.RefundTooLarge) as refused:
        refunding.refund(paid, amount=Decimal("29.96"), reason="Ill", by=treasurer)

    assert str(refused.value) == "At most €29.95 can be refunded: no more came in."


def test_nothing_goes_back_of_what_never_came(in_scope, treasurer):
    payment = ordering.start(ordering.order(), "transfer").payment

    with pytest.raises(refusals.RefundTooLarge):
        refunding.refund(payment, amount=Decimal("0.01"), reason="Ill", by=treasurer)


def test_what_went_back_in_part_cannot_be_unticked(paid, treasurer):
    refunding.refund(paid, amount=Decimal("0.01"), reason="Ill", by=treasurer)

    with pytest.raises(refusals.GivenBack):
        paying.undo(paid, by=treasurer, reason="Wrong line")


def test_the_database_itself_refuses_a_cent_too_many(paid):
    paid.refunds.create(amount=paid.amount, reason="All of it")

    with pytest.raises(IntegrityError, match="payment_gives_back_no_more_than_came"), transaction.atomic():
        Refund.objects.create(payment=paid, amount=Decimal("0.01"), reason="And more")


def test_the_sum_follows_refunds_that_change_or_go(paid):
    refund = paid.refunds.create(amount=Decimal("5.00"), reason="Some")

    Refund.objects.filter(pk=refund.pk).update(amount=Decimal("7.50"))
    assert fresh(paid).refunded == Decimal("7.50")

    refund.delete()
    assert fresh(paid).refunded == 0


def test_a_late_tick_by_mistake_is_taken_back_and_nothing_is_left_to_decide(in_scope, treasurer):
    made = ordering.order(capacity=1)
    payment = ordering.start(made, "transfer").payment
    ordering.let_expire(made)
    settling.expire_due()
    ordering.order(attraction=Registration.objects.get(line__order=made).attraction)
    paying.confirm(payment, by=treasurer)
    assert fresh(made).state == "undecided"

    paying.undo(payment, by=treasurer, reason="Wrong line")

    assert (fresh(made).state, fresh(made).paid_at) == ("expired", None)
    assert AuditEntry.objects.filter(action="order.reopened").get().new == {"state": "expired", "reason": "Wrong line"}


def test_a_tick_for_a_cancelled_order_is_taken_back_and_it_stays_cancelled(in_scope, treasurer):
    made = ordering.order()
    payment = ordering.start(made, "transfer").payment
    settling.cancel(fresh(made), reason="Ill")
    paying.confirm(payment, by=treasurer)
    assert fresh(made).state == "undecided"

    paying.undo(payment, by=treasurer, reason="Wrong line")

    assert fresh(made).state == "cancelled"
