"""Stripe answers badly, slowly, or not at all: nobody pays twice, and no money is lost."""

from __future__ import annotations

import pytest
from requests.adapters import HTTPAdapter

from kring.core.tenancy import scope
from kring.payments.method import Declined, ProviderUnavailable
from kring.payments.methods import method
from kring.payments.methods.stripe import api, sessions

MOODS = ["status 500", "status 503", "status 429", "status 409", "garbage", "empty", "redirect loop", "lost answer"]


@pytest.fixture
def order(stripe):
    stripe.connect()
    return stripe.order()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(sessions, "BUSY_SECONDS", 0)


@pytest.mark.parametrize("mood", MOODS)
def test_a_bad_answer_at_the_beginning_may_be_tried_again(stripe, server, order, mood):
    server.behave(mood)
    with pytest.raises(ProviderUnavailable):
        stripe.start(order)
    server.behave("well")

    payment = stripe.start(order)

    assert stripe.session(payment)["status"] == "open"
    assert len(server.kind("sessions")) == 1
    stripe.act(payment, "card")
    assert stripe.states(payment) == ("paid", "paid")


@pytest.mark.parametrize("mood", MOODS)
def test_a_bad_answer_to_a_question_changes_nothing(stripe, server, order, mood):
    payment = stripe.start(order)
    server.behave(mood)

    with pytest.raises(ProviderUnavailable):
        method("stripe").poll(stripe.loaded(payment))
    with pytest.raises(ProviderUnavailable):
        method("stripe").close(stripe.loaded(payment))

    assert stripe.states(payment) == ("pending", "awaiting")


def test_a_failure_that_stripe_keeps_for_the_key_is_not_the_end(stripe, server, order):
    server.keeps_failure = True
    with pytest.raises(ProviderUnavailable):
        stripe.start(order)

    assert stripe.session(stripe.start(order))["status"] == "open"


def test_nobody_waits_longer_than_ten_seconds(stripe, server, order, monkeypatch):
    """The time-out reaches the wire; here it is a short one."""
    asked = []
    send = HTTPAdapter.send

    def note(self, request, **more):
        asked.append(more["timeout"])
        return send(self, request, **more)

    monkeypatch.setattr(HTTPAdapter, "send", note)
    monkeypatch.setattr(api, "TIMEOUT_SECONDS", 0.2)
    server.behave("slow")
    with pytest.raises(ProviderUnavailable):
        stripe.start(order)

    assert asked == [0.2]


def test_ten_seconds_is_the_limit():
    assert api.TIMEOUT_SECONDS == 10


def test_a_session_is_asked_of_the_account_it_was_begun_with(stripe, order):
    payment = stripe.start(order)
    stripe.connect("sk_test_other")

    assert method("stripe").poll(stripe.loaded(payment)).status == "pending"


def test_a_session_that_stripe_does_not_know_says_nothing(stripe, server, order):
    payment = stripe.start(order)
    server.kind("sessions").clear()

    assert method("stripe").poll(stripe.loaded(payment)) is None
    assert stripe.states(payment) == ("pending", "awaiting")


def test_what_stripe_does_not_want_is_said_to_the_payer(stripe, server, order):
    server.refuses_currency = "eur"

    with pytest.raises(Declined):
        stripe.start(order)


def test_a_request_that_says_something_else_makes_another_session(stripe, server, order):
    """The buyer's address was corrected after an answer was lost."""
    server.behave("lost answer")
    with pytest.raises(ProviderUnavailable):
        stripe.start(order)
    server.behave("well")
    with scope(stripe.organisation):
        type(order).objects.filter(pk=order.pk).update(buyer_email="ada@lovelace.example")

    payment = stripe.start(order)

    assert stripe.session(payment)["customer_email"] == "ada@lovelace.example"


def test_a_double_click_is_one_session(stripe, server, order):
    """The second request of the two is answered only after the first."""
    server.busy = 1

    payment = stripe.start(order)

    assert len(server.kind("sessions")) == 1
    assert stripe.session(payment)["status"] == "open"


def test_nothing_personal_is_logged(stripe, server, order, caplog):
    server.refuses_currency = "eur"
    with pytest.raises(Declined):
        stripe.start(order)

    assert "ada@" not in caplog.text and "sk_test" not in caplog.text
