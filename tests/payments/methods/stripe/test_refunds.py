"""Refunds and disputes at Stripe, as it reports them (R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.payments.method import KeysRefused, ProviderUnavailable, RefundRefused
from kring.payments.methods import method


@dataclass
class Refund:
    """As much of one as the method needs."""

    amount: Decimal
    reference: str = "R-1"


@pytest.fixture
def paid(stripe, payment):
    stripe.act(payment, "card")
    return stripe.loaded(payment)


def report(paid):
    return method("stripe").poll(paid)


def refund(paid, amount="10.00", reference="R-1"):
    return method("stripe").refund(Refund(Decimal(amount), reference), paid)


@pytest.mark.parametrize(
    ("at_stripe", "here"),
    [
        ("pending", "pending"),
        ("requires_action", "pending"),
        ("succeeded", "done"),
        ("failed", "failed"),
        ("canceled", "cancelled"),
        ("of_next_year", "pending"),
    ],
)
def test_each_state_of_a_refund_has_its_word_here(stripe, paid, at_stripe, here):
    stripe.server.refund_status = at_stripe

    made = refund(paid)

    assert (made.status, made.amount, made.reference) == (here, Decimal("10.00"), "R-1")
    assert report(paid).refunds == (made,)


def test_a_refund_asked_for_twice_is_made_once(stripe, paid):
    first = refund(paid)

    assert refund(paid) == first
    assert refund(paid, reference="R-2") != first
    assert stripe.charge(paid)["amount_refunded"] == 2000


def test_a_refund_whose_answer_was_lost_is_made_once(stripe, paid):
    stripe.server.behave("well", "lost answer", "well")
    with pytest.raises(ProviderUnavailable):
        refund(paid)

    assert refund(paid).status == "done"
    assert stripe.charge(paid)["amount_refunded"] == 1000


def test_a_refund_is_made_once_also_when_its_key_is_forgotten(stripe, paid):
    """Stripe keeps keys for a day."""
    refund(paid)
    stripe.server.kind("kept").clear()

    refund(paid)

    assert stripe.charge(paid)["amount_refunded"] == 1000


def test_a_failure_that_stripe_keeps_for_the_key_does_not_end_it(stripe, paid):
    stripe.server.keeps_failure = True
    with pytest.raises(ProviderUnavailable):
        refund(paid)

    assert refund(paid).status == "done"
    assert stripe.charge(paid)["amount_refunded"] == 1000


def test_a_refund_for_which_there_is_no_money_says_so(stripe, paid):
    stripe.server.is_broke = True

    with pytest.raises(RefundRefused) as refused:
        refund(paid)

    assert "not enough money in your account at Stripe" in str(refused.value)


def test_no_more_than_was_paid_goes_back(stripe, paid):
    refund(paid, "40.00")

    with pytest.raises(RefundRefused):
        refund(paid, "40.00", "R-2")
    refund(paid, "9.95", "R-3")
    with pytest.raises(RefundRefused) as refused:
        refund(paid, "0.01", "R-4")

    assert "refunded already" in str(refused.value)
    assert stripe.charge(paid)["amount_refunded"] == 4995


def test_an_attempt_that_was_not_paid_cannot_be_refunded(stripe, payment):
    with pytest.raises(RefundRefused):
        refund(stripe.loaded(payment))


def test_the_keys_may_be_refused(stripe, paid):
    paid.provider_account.keys = {**paid.keys, "secret_key": "sk_test_vgbc_revoked"}

    with pytest.raises(KeysRefused):
        refund(paid)


def test_a_refund_made_at_stripes_own_site_is_found(stripe, paid):
    stripe.server.refund(stripe.charge(paid), 1500, {}, "succeeded")

    [found] = report(paid).refunds

    assert (found.status, found.amount, found.reference) == ("done", Decimal("15.00"), "")


def test_a_refund_that_fails_later_is_reported_with_its_reason(stripe, paid):
    stripe.server.refund_status = "pending"
    made = refund(paid)

    stripe.server.end_refund(stripe.server.kind("refunds")[made.provider_id], "failed")

    [found] = report(paid).refunds
    assert (found.status, found.reason) == ("failed", "lost_or_stolen_card")


@pytest.mark.parametrize(
    ("at_stripe", "here"),
    [("needs_response", "open"), ("under_review", "open"), ("won", "won"), ("lost", "lost")],
)
def test_a_dispute_is_reported_with_its_deadline(stripe, paid, at_stripe, here):
    dispute = stripe.server.dispute(stripe.charge(paid))
    dispute["status"] = at_stripe

    [found] = report(paid).disputes

    assert (found.status, found.amount, found.reason) == (here, Decimal("49.95"), "fraudulent")
    assert abs(datetime.fromisoformat(found.respond_by) - timezone.now() - timedelta(days=9)) < timedelta(minutes=1)


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"])
def test_an_inquiry_holds_no_money_back(stripe, paid, status):
    stripe.server.dispute(stripe.charge(paid), "warning_needs_response")["status"] = status

    assert report(paid).disputes == ()


def test_a_payment_stays_paid_through_refund_and_dispute(stripe, paid):
    stripe.server.refund(stripe.charge(paid), 1500, {}, "succeeded")
    stripe.server.end_dispute(stripe.server.dispute(stripe.charge(paid)), "lost")

    assert report(paid).status == "paid"
    stripe.deliver()
    assert stripe.states(paid) == ("paid", "paid")
