"""Who is silent is asked, less and less often: a lost notification loses no money (P4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.mail.models import Message
from kring.payments import polling
from kring.payments.method import ProviderUnavailable
from kring.payments.methods.testpay import Testpay
from kring.payments.models import Notification, Payment
from kring.payments.testpay import wire
from tests.payments import ordering
from tests.payments.ordering import act, fresh
from tests.working import queued, work


@pytest.fixture
def payment(organisation):
    with scope(organisation):
        order = ordering.order()
    return ordering.start(order, "testpay").payment


def its_turn_comes(payment):
    past = timezone.now() - timedelta(minutes=1)
    Payment.objects.filter(pk=payment.pk).update(poll_at=past, polled_at=past)


def states(organisation, payment):
    with scope(organisation):
        return fresh(payment).state, fresh(payment.order).state


def test_a_payment_whose_notification_was_lost_is_found_by_the_tick(organisation, payment):
    act(organisation, payment, "silent")
    assert queued("payments.testpay_tells") == []
    with scope(organisation):
        its_turn_comes(payment)

    tick()
    work()

    assert states(organisation, payment) == ("paid", "paid")


def test_before_its_turn_nobody_is_asked(organisation, payment):
    act(organisation, payment, "silent")

    tick()

    assert queued("payments.poll") == []


def test_a_refusal_is_found_too(organisation, payment):
    act(organisation, payment, "fail")
    polling.ask(organisation.pk, payment.pk)

    assert states(organisation, payment) == ("failed", "awaiting")


def test_the_pauses_grow_and_end(organisation, payment):
    pauses = []
    with scope(organisation):
        for _ in range(12):
            its_turn_comes(payment)
            before = timezone.now()
            payment.ask_again(not_within=timedelta(0))
            pauses.append(round((payment.poll_at - before).total_seconds() / 60))
        Payment.objects.update(created_at=timezone.now() - timedelta(days=61))
        payment.refresh_from_db()
        payment.ask_again(not_within=timedelta(0))

    assert pauses == [2, 5, 10, 20, 40, 60, 180, 360, 720, 1440, 1440, 1440]
    assert payment.poll_at is None


def test_two_who_ask_at_once_ask_the_provider_once(organisation, payment, monkeypatch):
    asked = []
    monkeypatch.setattr(Testpay, "poll", lambda self, payment: asked.append(payment))

    polling.ask(organisation.pk, payment.pk)
    polling.ask(organisation.pk, payment.pk)

    assert asked == [payment]


def test_a_provider_that_does_not_answer_is_asked_another_time(organisation, payment, monkeypatch):
    def away(self, payment):
        raise ProviderUnavailable

    monkeypatch.setattr(Testpay, "poll", away)

    polling.ask(organisation.pk, payment.pk)

    assert states(organisation, payment) == ("pending", "awaiting")
    with scope(organisation):
        assert fresh(payment).poll_at > timezone.now()


def test_what_is_still_under_way_stays_so_until_it_is_there(organisation, payment):
    act(organisation, payment, "later")
    polling.ask(organisation.pk, payment.pk)
    assert states(organisation, payment) == ("pending", "awaiting")

    work(later=timedelta(minutes=3))

    assert states(organisation, payment) == ("paid", "paid")


def test_the_wrong_amount_is_told_to_staff_once_however_often_it_is_asked(organisation, payment):
    act(organisation, payment, "wrong_amount")

    for _ in range(3):
        with scope(organisation):
            its_turn_comes(payment)
        polling.ask(organisation.pk, payment.pk)

    assert states(organisation, payment) == ("pending", "awaiting")
    with scope(organisation):
        assert Message.objects.filter(template="payment-not-believed").count() == 1
        assert Notification.objects.get().outcome == "49.94 EUR instead of 49.95 EUR"


def test_no_provider_is_called_within_a_transaction(organisation, payment):
    with scope(organisation):
        for call in (
            lambda: polling.ask(organisation.pk, payment.pk),
            lambda: ordering.start(payment.order, "testpay"),
            lambda: wire.call("GET", organisation.url, headers={}),
        ):
            with pytest.raises(RuntimeError, match="never called within a transaction"):
                call()


def test_an_attempt_nobody_knows_is_not_asked_about(organisation):
    polling.ask(organisation.pk, 12345)
