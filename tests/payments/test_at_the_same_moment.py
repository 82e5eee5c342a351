"""What two connections do at once: real transactions, real threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import beginning, inbox, paying, refunding, refusals
from kring.payments.models import Notification, Payment, Refund
from kring.payments.testpay import signing
from kring.payments.testpay.models import TestpayCharge as Charge
from kring.registrations.models import Registration
from tests import make
from tests.payments import ordering
from tests.payments.ordering import event_of, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation(transactional_db):
    return make.organisation()


@pytest.fixture
def order(organisation):
    with scope(organisation):
        return ordering.order()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each returns, or the exception it raises; all begin together, each in a connection of its own."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=60)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def in_scope_of(organisation: Any, act: Callable[[], Any]) -> Callable[[], Any]:
    def do() -> Any:
        with scope(organisation):
            return act()

    return do


@pytest.mark.parametrize("method", ["testpay", "transfer"])
def test_a_double_click_on_pay_makes_one_attempt(organisation, order, method):
    results = at_once(*[lambda: ordering.start(order, method)] * 4)

    assert len({started.payment.pk for started in results}) == 1
    with scope(organisation):
        assert Payment.objects.count() == 1
        assert Charge.objects.count() == (1 if method == "testpay" else 0)
        assert Message.objects.filter(template="payment-instructions-transfer").count() == (method == "transfer")


def test_a_double_click_on_what_is_free_completes_it_once(organisation):
    with scope(organisation):
        order = ordering.order(price="0")

    results = at_once(*[lambda: ordering.start(order, "free")] * 4)

    assert sorted(type(result).__name__ for result in results) == ["AlreadyPaid"] * 3 + ["Started"]
    with scope(organisation):
        assert Message.objects.filter(template="order-confirmed").count() == 1


def test_without_the_lock_the_database_still_keeps_the_second_attempt_out(organisation, order, monkeypatch):
    """The negative control: with the row lock taken away, only the constraint stands between two clicks."""
    both_have_looked = threading.Barrier(2)

    def look_and_wait(order: int) -> list[Payment]:
        both_have_looked.wait(timeout=60)
        return []

    monkeypatch.setattr(type(Order.objects.all()), "select_for_update", lambda rows, **options: rows)
    # The name the code looks it up by: the query itself was prepared when it was first used, perhaps long before.
    monkeypatch.setattr(beginning, "_counting", look_and_wait)

    results = at_once(*[lambda: ordering.start(order, "transfer")] * 2)

    refused = [str(result) for result in results if isinstance(result, Exception)]
    assert len(refused) == 1
    assert "payment_has_one_open_attempt_per_method" in refused[0]


def test_the_same_notification_from_many_connections_is_stored_and_applied_once(organisation, order):
    payment = ordering.start(order, "testpay").payment
    account = signing.account_of(ordering.KEY)
    body = json.dumps(event_of(payment)).encode()
    headers = {signing.HEADER: signing.signature(body, ordering.KEY)}

    stored = at_once(*[lambda: inbox.receive(organisation, "testpay", account=account, body=body, headers=headers)] * 6)
    with scope(organisation):
        notification = Notification.objects.get()
    applied = at_once(*[in_scope_of(organisation, lambda: inbox.apply(notification.pk))] * 6)

    assert sorted(stored) == [False] * 5 + [True]
    assert applied == [None] * 6
    with scope(organisation):
        assert fresh(order).state == "paid"
        assert AuditEntry.objects.filter(action="payment.received").count() == 1
        assert Message.objects.filter(template="order-confirmed").count() == 1


def test_paid_and_failed_at_the_same_moment_end_as_paid(organisation, order):
    payment = ordering.start(order, "testpay").payment

    def do(verb: Callable[..., Any], *more: Any) -> Callable[[], Any]:
        return in_scope_of(organisation, lambda: verb(fresh(payment), *more))

    results = at_once(*[do(paying.confirm), do(paying.fail, "insufficient_funds")] * 3)

    assert [result for result in results if isinstance(result, Exception)] == []
    with scope(organisation):
        assert (fresh(payment).state, fresh(order).state) == ("paid", "paid")


def test_two_payments_of_one_order_at_once_are_both_kept_and_complete_it_once(organisation, order):
    with scope(organisation):
        payments = [ordering.start(order, method).payment for method in ("transfer", "manual")]

    results = at_once(*[in_scope_of(organisation, lambda p=payment: paying.confirm(p)) for payment in payments])

    assert results == [True, True]
    with scope(organisation):
        assert paying.surplus(order) == order.total
        assert Message.objects.filter(template="order-confirmed").count() == 1
        assert Message.objects.filter(template="payment-surplus").count() == 1


def test_refunds_at_the_same_moment_give_back_no_more_than_came(organisation, order):
    with scope(organisation):
        treasurer = make.staff("treasurer")
        payment = ordering.start(order, "transfer").payment
        paying.confirm(payment, by=treasurer)

    def give_back() -> Any:
        return refunding.refund(fresh(payment), amount=Decimal("30.00"), reason="Ill", by=treasurer)

    results = at_once(*[in_scope_of(organisation, give_back)] * 4)

    assert sum(isinstance(result, Refund) for result in results) == 1
    assert sum(isinstance(result, refusals.RefundTooLarge) for result in results) == 3
    with scope(organisation):
        assert fresh(payment).refunded == Decimal("30.00")


def test_an_order_that_expires_while_the_money_arrives_keeps_its_place_or_gives_it_back_never_both(organisation):
    with scope(organisation):
        order = ordering.order(capacity=1)
        payment = ordering.start(order, "transfer").payment
        ordering.let_expire(order)

    at_once(
        in_scope_of(organisation, lambda: paying.confirm(payment)),
        in_scope_of(organisation, lambda: settling.expire_due()),
    )

    with scope(organisation):
        registration = Registration.objects.select_related("attraction__pool", "hold").get()
        assert (fresh(order).state, registration.state) == ("paid", "completed")
        assert (registration.attraction.pool.taken, registration.hold.released_at) == (1, None)


def test_each_of_them_has_a_connection_of_its_own(organisation):
    with scope(organisation):
        here = _pid()

    pids = at_once(in_scope_of(organisation, _pid), in_scope_of(organisation, _pid))

    assert len({here, *pids}) == 3


def _pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
