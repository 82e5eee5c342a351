"""A silent provider is polled, less and less often: a lost notification loses no money (P4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.mail.models import Message
from kring.payments import paying, polling
from kring.payments.method import ProviderUnavailable
from kring.payments.methods.testpay import Testpay
from kring.payments.models import Notification, Payment
from kring.payments.testpay import wire
from tests.jobs import queued, work
from tests.payments import ordering
from tests.payments.ordering import act, charge_of, fresh

DISPUTE = {"dispute": "d", "status": "open", "amount": "49.95", "reason": "fraudulent", "respond_by": ""}


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


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(seconds=20), timedelta(minutes=1)),
        (timedelta(minutes=10), timedelta(minutes=5)),
        (timedelta(hours=6), timedelta(hours=3)),
        (timedelta(days=20), timedelta(days=1)),
        (timedelta(days=61), None),
    ],
)
def test_the_older_the_attempt_the_longer_the_pause_until_nobody_asks(organisation, payment, age, pause):
    with scope(organisation):
        Payment.objects.update(created_at=timezone.now() - age)
        payment.refresh_from_db()
        assert payment.ask_again()

    if pause is None:
        assert payment.poll_at is None
    else:
        assert abs(payment.poll_at - timezone.now() - pause) < timedelta(seconds=5)


def test_who_looks_at_the_page_all_the_time_does_not_make_the_tick_wait(organisation, payment):
    with scope(organisation):
        for _ in range(50):
            Payment.objects.update(polled_at=timezone.now() - timedelta(minutes=1))
            assert payment.ask_again()

    assert payment.poll_at < timezone.now() + timedelta(minutes=2)


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


def test_an_attempt_left_for_another_way_to_pay_is_still_asked_about(organisation, payment):
    """The buyer had both windows open, and paid in both."""
    with scope(organisation):
        order = fresh(payment.order)
        paying.confirm(ordering.start(order, "manual").payment)
        assert fresh(payment).state == "cancelled"
        its_turn_comes(payment)
    act(organisation, payment, "silent")

    tick()
    work()

    with scope(organisation):
        assert (fresh(payment).state, paying.surplus(order)) == ("paid", order.total)


def test_an_attempt_left_behind_that_failed_is_not_asked_about_for_ever(organisation, payment):
    with scope(organisation):
        paying.confirm(ordering.start(fresh(payment.order), "manual").payment)
        its_turn_comes(payment)
    act(organisation, payment, "fail")

    tick()
    work()

    with scope(organisation):
        assert (fresh(payment).state, fresh(payment).poll_at) == ("cancelled", None)


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


def test_a_hint_about_what_has_come_in_is_not_lost_when_the_provider_does_not_answer(
    organisation, payment, monkeypatch
):
    act(organisation, payment, "pay")
    work()
    with scope(organisation):
        charge_of(payment).keep(disputes=[DISPUTE])
        its_turn_comes(payment)

    def away(self, payment):
        raise ProviderUnavailable

    with monkeypatch.context() as change:
        change.setattr(Testpay, "poll", away)
        polling.ask(organisation.pk, payment.pk)
    with scope(organisation):
        assert fresh(payment).poll_at > timezone.now()
        its_turn_comes(payment)
    tick()
    work()

    with scope(organisation):
        assert fresh(payment).charged_back == payment.amount
        assert fresh(payment).poll_at is None


def test_a_hint_that_comes_while_the_provider_is_asked_is_followed(organisation, payment, monkeypatch):
    act(organisation, payment, "pay")
    work()
    real = Testpay.poll

    def hinted_meanwhile(self, payment):
        report = real(self, payment)
        with scope(organisation):
            fresh(payment).hinted()
        return report

    with scope(organisation):
        its_turn_comes(payment)
    monkeypatch.setattr(Testpay, "poll", hinted_meanwhile)
    polling.ask(organisation.pk, payment.pk)

    with scope(organisation):
        assert fresh(payment).poll_at is not None


def test_a_hint_about_an_old_attempt_does_not_wait_for_hours(organisation, payment):
    """Days after it was begun: a slow transfer has arrived, and the provider was asked an hour ago."""
    act(organisation, payment, "silent")
    with scope(organisation):
        now = timezone.now()
        Payment.objects.update(created_at=now - timedelta(days=3), polled_at=now - timedelta(hours=1))
        assert not fresh(payment).ask_again()
        fresh(payment).hinted()

    polling.ask(organisation.pk, payment.pk)

    assert states(organisation, payment)[0] == "paid"
