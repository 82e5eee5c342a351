"""Paying at Stripe, from its page to the order; each journey over its real client (P2, P3, P4)."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.payments import paying, polling
from kring.payments.beginning import Payer
from kring.payments.method import ProviderUnavailable
from kring.payments.methods import method
from kring.payments.models import Notification, Payment
from tests.payments import ordering
from tests.payments.ordering import fresh


def outcomes(stripe):
    with scope(stripe.organisation):
        return list(Notification.objects.order_by("pk").values_list("state", "outcome"))


def its_turn_comes(stripe, payment):
    past = timezone.now() - timedelta(minutes=1)
    with scope(stripe.organisation):
        Payment.objects.filter(pk=payment.pk).update(poll_at=past, polled_at=past)


def ask(stripe, payment):
    its_turn_comes(stripe, payment)
    polling.ask(stripe.organisation.pk, payment.pk)


def test_the_session_says_what_is_bought_and_nothing_about_attendees(stripe, payment):
    session, order = stripe.session(payment), stripe.order_of(payment)

    assert session["_names"] == [f"Order {order.number}, {stripe.organisation.name}"]
    assert (session["amount_total"], session["currency"], session["mode"]) == (4995, "eur", "payment")
    assert (session["customer_email"], session["locale"]) == ("ada@example.org", "en")
    assert session["client_reference_id"] == payment.reference
    assert (
        session["success_url"]
        == session["cancel_url"]
        == f"{stripe.organisation.url}/orders/{order.secret}/payment/return/"
    )
    assert payment.provider_data["url"] == session["url"]
    assert "Ada" not in str(session) and "payment_method_types" not in requested(stripe, "/v1/checkout/sessions")


def test_who_pays_for_the_buyer_does_not_read_the_buyers_address(stripe):
    stripe.connect()
    payer = Payer("Granny Smith", "granny@example.org")
    payment = stripe.start(stripe.order(), payer=payer)

    assert stripe.session(payment)["customer_email"] == "granny@example.org"


def test_the_session_ends_with_the_hold(stripe, payment):
    order = stripe.order_of(payment)

    assert abs(stripe.session(payment)["expires_at"] - order.expires_at.timestamp()) < 5
    assert order.expires_at - payment.created_at >= timedelta(minutes=34)


@pytest.mark.parametrize(("language", "begin"), [("nl", "Bestelling "), ("pl", "Zamówienie ")])
def test_stripe_speaks_the_language_of_the_order(stripe, language, begin):
    stripe.connect()
    order = stripe.order()
    with scope(stripe.organisation):
        type(order).objects.filter(pk=order.pk).update(language=language)

    session = stripe.session(stripe.start(order))

    assert session["locale"] == language
    assert session["_names"][0].startswith(begin)


@pytest.mark.parametrize(
    ("act", "ends", "expected"),
    [
        ("card", ("paid", "paid"), [("applied", "received")]),
        ("ideal", ("paid", "paid"), [("applied", "received")]),
        ("twice", ("paid", "paid"), [("applied", "received")]),
        ("silent", ("pending", "awaiting"), []),
        ("back", ("pending", "awaiting"), []),
        ("decline", ("pending", "awaiting"), []),
        ("expire", ("failed", "awaiting"), [("applied", "failed")]),
        ("sepa_debit", ("pending", "awaiting"), [("ignored", "still in progress")]),
        ("reorder", ("paid", "paid"), [("applied", "received"), ("ignored", "still in progress")]),
        ("less", ("pending", "awaiting"), [("refused", "49.94 EUR instead of 49.95 EUR")]),
    ],
)
def test_what_the_payer_does_there_is_what_becomes_of_it_here(stripe, payment, act, ends, expected):
    stripe.act(payment, act)

    assert stripe.states(payment) == ends
    assert outcomes(stripe) == expected


def test_a_payment_nobody_was_notified_of_is_found_by_asking(stripe, payment):
    stripe.act(payment, "silent")

    ask(stripe, payment)

    assert stripe.states(payment) == ("paid", "paid")


def test_declined_and_then_paid_on_the_same_page(stripe, payment):
    stripe.act(payment, "decline")
    ask(stripe, payment)
    assert stripe.states(payment) == ("pending", "awaiting")

    stripe.act(payment, "card")

    assert stripe.states(payment) == ("paid", "paid")


def test_a_debit_keeps_the_places_until_its_money_comes_and_says_so(stripe, payment):
    stripe.act(payment, "sepa_debit")

    order = stripe.order_of(payment)
    assert order.expires_at > timezone.now() + timedelta(days=13)
    page = stripe.client.get(f"/orders/{order.secret}/payment/{payment.pk}/").content.decode()
    assert "Waiting for your bank" in page

    stripe.server.arrive(stripe.session(payment))
    stripe.deliver()
    assert stripe.states(payment) == ("paid", "paid")


def test_a_debit_that_fails_says_why_and_the_payer_may_try_again(stripe, payment):
    stripe.act(payment, "sepa_debit")
    stripe.server.bounce(stripe.session(payment), "insufficient_funds")
    stripe.deliver()

    assert stripe.states(payment) == ("failed", "awaiting")
    assert stripe.order_of(payment).expires_at < timezone.now() + timedelta(minutes=31)
    with scope(stripe.organisation):
        assert Message.objects.filter(template="payment-failed").count() == 1


def test_why_a_debit_failed_is_known_when_stripe_is_asked(stripe, payment):
    stripe.act(payment, "sepa_debit")
    stripe.server.bounce(stripe.session(payment), "insufficient_funds")
    stripe.server.notices.clear()

    ask(stripe, payment)

    assert stripe.fresh(payment).failure_reason == "insufficient_funds"


@pytest.mark.parametrize(("days", "is_offered"), [(3, True), (0, False)])
def test_slow_ways_are_offered_only_while_the_places_may_be_kept_for_days(stripe, days, is_offered):
    stripe.connect()
    payment = stripe.start(stripe.order(), latest=timezone.now() + timedelta(days=days, hours=1))

    assert ("sepa_debit" not in stripe.session(payment)["_excluded"]) == is_offered
    assert ("card" not in stripe.session(payment)["_excluded"]) is True


def test_another_attempt_closes_the_session_of_the_first(stripe, payment):
    order = stripe.order_of(payment)
    with scope(stripe.organisation):
        Payment.objects.filter(pk=payment.pk).let_go()

    again = stripe.start(order)
    ask(stripe, payment)

    assert again.provider_id != payment.provider_id
    assert (stripe.session(payment)["status"], stripe.session(again)["status"]) == ("expired", "open")


def test_a_session_that_was_paid_before_it_could_be_closed_counts(stripe, payment):
    with scope(stripe.organisation):
        Payment.objects.filter(pk=payment.pk).let_go()
    stripe.server.pay(stripe.session(payment), "card", tell=False)

    ask(stripe, payment)

    assert stripe.states(payment) == ("paid", "paid")


def test_money_after_the_order_has_expired_takes_its_place_again(stripe, payment):
    with scope(stripe.organisation):
        ordering.let_expire(payment.order)
        settling.expire_due()

    stripe.act(payment, "card")

    assert stripe.states(payment) == ("paid", "paid")


def test_paid_twice_by_two_attempts_is_a_surplus(stripe, payment):
    with scope(stripe.organisation):
        Payment.objects.filter(pk=payment.pk).let_go()
    second = stripe.start(stripe.order_of(payment))
    stripe.act(second, "card")
    stripe.act(payment, "card")

    with scope(stripe.organisation):
        assert paying.surplus(fresh(payment.order)) == Decimal("49.95")


def test_an_order_that_was_repriced_meanwhile_gets_another_session(stripe, payment):
    order = stripe.order_of(payment)
    with scope(stripe.organisation):
        type(order).objects.filter(pk=order.pk).update(total=Decimal("59.95"))

    again = stripe.start(order)

    assert (stripe.session(again)["amount_total"], again.reference == payment.reference) == (5995, False)


def test_stripe_reports_the_way_and_what_it_keeps(stripe, payment):
    stripe.act(payment, "ideal")

    report = method("stripe").poll(stripe.loaded(payment))

    assert (report.status, report.amount, report.currency) == ("paid", Decimal("49.95"), "EUR")
    assert (report.way, report.fee, report.refunds, report.disputes) == ("ideal", Decimal("0.99"), (), ())
    assert report.transaction == stripe.session(payment)["payment_intent"]
    assert stripe.loaded(payment).provider_data["transaction"] == report.transaction


def test_a_fee_in_another_currency_is_not_taken_for_ours(stripe, payment):
    stripe.act(payment, "card")
    stripe.server.kind("bookings")[stripe.charge(payment)["balance_transaction"]]["currency"] = "pln"

    assert method("stripe").poll(stripe.loaded(payment)).fee is None


@pytest.mark.parametrize(
    ("amount", "currency", "is_offered"),
    [
        ("0.50", "EUR", True),
        ("0.49", "EUR", False),
        ("0", "EUR", False),
        ("1.99", "PLN", False),
        ("2", "PLN", True),
        ("999999.99", "EUR", True),
        ("1000000", "EUR", False),
        ("500", "JPY", True),
        ("500.50", "JPY", False),
    ],
)
def test_what_stripe_would_not_charge_is_not_offered(amount, currency, is_offered):
    assert method("stripe").is_offered_for(Decimal(amount), currency) is is_offered


def test_the_largest_amount_comes_through_to_the_cent(stripe):
    stripe.connect()
    payment = stripe.start(stripe.order(price="999999.99"))

    stripe.act(payment, "card")

    assert stripe.session(payment)["amount_total"] == 99_999_999
    assert stripe.states(payment) == ("paid", "paid")


def test_the_first_request_and_its_repetition_are_one_session(stripe, payment):
    with scope(stripe.organisation):
        Payment.objects.filter(pk=payment.pk).update(state="created", provider_id="", provider_data={})

    again = stripe.start(stripe.order_of(payment))

    assert again.provider_id == payment.provider_id
    assert len(stripe.server.kind("sessions")) == 1


def test_too_late_for_the_first_request_a_session_of_half_an_hour_is_made(stripe):
    stripe.connect()
    order = stripe.order()
    stripe.server.behave("status 500")
    with pytest.raises(ProviderUnavailable):
        stripe.start(order)
    stripe.server.behave("well")
    with scope(stripe.organisation):
        Payment.objects.update(created_at=timezone.now() - timedelta(minutes=12))

    payment = stripe.start(order)

    ends_in = stripe.session(payment)["expires_at"] - time.time()
    assert timedelta(minutes=30) <= timedelta(seconds=ends_in + 1) <= timedelta(minutes=35)
    assert len(stripe.server.kind("sessions")) == 1


def requested(stripe, path):
    return [each.body.decode() for each in stripe.server.requests if each.path == path and each.verb == "POST"][-1]
