"""Only what Stripe signed, for this account and mode, just now, is believed (P4)."""

from __future__ import annotations

import json
import time

import pytest

from kring.core.tenancy import scope
from kring.demo.counterparts.server import Notice
from kring.demo.counterparts.stripe_ledger import signed
from kring.payments.models import Notification, Payment, ProviderAccount
from tests.jobs import queued, work
from tests.payments.ordering import fresh


@pytest.fixture
def notice(stripe, payment):
    """That the session was paid, not delivered yet."""
    stripe.server.pay(stripe.session(payment), "card")
    return stripe.server.notices.pop()


def changed(stripe, notice, *, secret="", at=None, **changes):
    """Signed again; with the right secret if none is given."""
    with scope(stripe.organisation):
        keys = ProviderAccount.objects.get(method="stripe").keys
    body = json.dumps({**json.loads(notice.body), **changes}).encode()
    return Notice(notice.url, body, signed(body, secret or keys["made_secret"], at))


def test_what_stripe_signed_is_believed(stripe, payment, notice):
    assert stripe.post(notice) == 200
    work()

    assert stripe.states(payment) == ("paid", "paid")


@pytest.mark.parametrize(
    "forge",
    [
        lambda stripe, notice: changed(stripe, notice, secret="whsec_of_somebody_else"),
        lambda stripe, notice: changed(stripe, notice, at=time.time() - 301),
        lambda stripe, notice: changed(stripe, notice, livemode=True),
        lambda stripe, notice: changed(stripe, notice, account="acct_other"),
        lambda stripe, notice: changed(stripe, notice, data=None),
        lambda stripe, notice: changed(stripe, notice, data={"object": []}),
        lambda stripe, notice: Notice(notice.url, notice.body, {"Content-Type": "application/json"}),
        lambda stripe, notice: Notice(notice.url, notice.body, {**notice.headers, "Stripe-Signature": "t=x,v1="}),
        lambda stripe, notice: Notice(notice.url, notice.body + b" ", notice.headers),
        lambda stripe, notice: Notice(notice.url, b"\xff\xfe", notice.headers),
        lambda stripe, notice: Notice(notice.url.partition("?")[0], notice.body, notice.headers),
    ],
    ids=[
        "secret",
        "old",
        "mode",
        "account",
        "no data",
        "no object",
        "unsigned",
        "no signature",
        "body",
        "bytes",
        "no account",
    ],
)
def test_all_else_is_refused_and_stores_nothing(stripe, payment, notice, forge):
    assert stripe.post(forge(stripe, notice)) == 401

    assert stripe.states(payment) == ("pending", "awaiting")
    with scope(stripe.organisation):
        assert not Notification.objects.exists()
    assert queued() == []


def test_a_notice_that_took_almost_five_minutes_counts(stripe, payment, notice):
    assert stripe.post(changed(stripe, notice, at=time.time() - 290)) == 200


def test_one_signed_with_a_typed_secret_counts(stripe, payment, notice):
    with scope(stripe.organisation):
        account = ProviderAccount.objects.get(method="stripe")
        ProviderAccount.objects.filter(pk=account.pk).update(keys={**account.keys, "webhook_secret": "whsec_typed"})

    assert stripe.post(changed(stripe, notice, secret="whsec_typed")) == 200


def test_the_notice_that_comes_before_our_own_answer_is_understood(stripe, payment, notice):
    """Stripe's answer with the id of the session is still on its way to us."""
    with scope(stripe.organisation):
        Payment.objects.filter(pk=payment.pk).update(state="created", provider_id="", provider_data={})

    stripe.post(notice)
    work()

    assert stripe.states(payment) == ("paid", "paid")


@pytest.mark.parametrize("kind", ["customer.created", "payout.paid", "checkout.session.of_next_year"])
def test_what_is_of_no_interest_is_no_error(stripe, payment, notice, kind):
    assert stripe.post(changed(stripe, notice, type=kind)) == 200
    work()

    assert stripe.states(payment) == ("pending", "awaiting")


def test_what_the_account_sells_elsewhere_is_none_of_our_business(stripe, payment, notice):
    elsewhere = {"object": {**json.loads(notice.body)["data"]["object"], "id": "cs_test_shop", "metadata": {}}}

    assert stripe.post(changed(stripe, notice, data=elsewhere)) == 200

    with scope(stripe.organisation):
        assert not Notification.objects.exists()


def test_no_payment_required_is_not_paid(stripe, payment, notice):
    free = {"object": {**json.loads(notice.body)["data"]["object"], "payment_status": "no_payment_required"}}

    assert stripe.post(changed(stripe, notice, data=free)) == 200
    work()

    assert stripe.states(payment) == ("pending", "awaiting")


def test_another_currency_is_reported_to_staff(stripe, payment, notice):
    other = {"object": {**json.loads(notice.body)["data"]["object"], "currency": "pln"}}

    stripe.post(changed(stripe, notice, data=other))
    work()

    assert stripe.states(payment) == ("pending", "awaiting")
    with scope(stripe.organisation):
        assert Notification.objects.get().outcome == "49.95 PLN instead of 49.95 EUR"


def test_money_for_the_wrong_organisation_is_not_there(stripe, payment, notice):
    with scope(stripe.organisation):
        ProviderAccount.objects.filter(method="stripe").update(public_id="another")

    assert stripe.post(notice) == 401


@pytest.mark.parametrize("what", ["refund", "dispute"])
def test_news_of_a_refund_or_dispute_has_stripe_asked(stripe, payment, what):
    stripe.act(payment, "card")
    charge = stripe.charge(payment)
    if what == "refund":
        stripe.server.refund(charge, 1000, {}, "succeeded")
    else:
        stripe.server.dispute(charge)
    before = len(stripe.server.requests)

    assert set(stripe.deliver()) == {200}

    paths = {each.path for each in stripe.server.requests[before:]}
    assert f"/v1/checkout/sessions/{payment.provider_id}" in paths
    assert "/v1/refunds" in paths and ("/v1/disputes" in paths) == (what == "dispute")


def test_old_news_of_a_payment_asked_about_a_day_ago_is_not_put_off(stripe, payment):
    from datetime import timedelta

    from django.utils import timezone

    stripe.act(payment, "card")
    yesterday = timezone.now() - timedelta(days=1)
    with scope(stripe.organisation):
        Payment.objects.update(created_at=timezone.now() - timedelta(days=300), polled_at=yesterday)
    stripe.server.dispute(stripe.charge(payment))
    stripe.deliver()

    with scope(stripe.organisation):
        assert fresh(payment).polled_at > yesterday
