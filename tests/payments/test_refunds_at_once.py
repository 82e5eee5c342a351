"""Two tabs, a mass run, the job and the provider's notice at the same moment: never more goes back than came (R6)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.payments import paying, refunding, refusals, sending_refunds
from kring.payments.models import Payment, Refund
from kring.payments.testpay import returning
from tests import database
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import act, charge_of, fresh
from tests.payments.test_at_the_same_moment import at_once, in_scope_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment(organisation):
    with scope(organisation):
        order = ordering.order()
    payment = ordering.start(order, "testpay").payment
    act(organisation, payment, "pay")
    work()
    with scope(organisation):
        return fresh(payment)


@contextmanager
def without_the_trigger():
    """The negative control: the database no longer counts."""
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        owner.execute("ALTER TABLE payments_refund DISABLE TRIGGER refunds_add_up")
        try:
            yield
        finally:
            owner.execute("ALTER TABLE payments_refund ENABLE TRIGGER refunds_add_up")


def given_back(organisation: Any) -> Decimal:
    with scope(organisation):
        counting = Refund.objects.filter(state__in=[*Refund.UNDER_WAY, "done"])
        return sum(counting.values_list("amount", flat=True), Decimal(0))


def rows_at_once(organisation: Any, payment: Payment) -> list[Any]:
    """Whatever code there will be: rows, without the verb and its locks."""

    def row() -> Any:
        payment.refunds.create(amount=Decimal("20.00"), reason="Ill", state="asked", how="provider")

    return at_once(*[in_scope_of(organisation, row)] * 6)


def test_the_database_lets_no_more_go_back_than_came(organisation, payment):
    rows_at_once(organisation, payment)

    assert given_back(organisation) == Decimal("40.00")


def test_without_the_trigger_more_would_go_back(organisation, payment):
    with without_the_trigger():
        rows_at_once(organisation, payment)

    assert given_back(organisation) == Decimal("120.00")


def test_two_tabs_the_job_and_the_providers_own_site_at_once(organisation, payment):
    def tab() -> Any:
        return refunding.refund(fresh(payment), amount=Decimal("25.00"), reason="Ill", by=None)

    def at_the_site() -> Any:
        returning.act(charge_of(payment), "refund")

    acts = [in_scope_of(organisation, tab)] * 3 + [in_scope_of(organisation, at_the_site)]
    results = at_once(*acts, lambda: sending_refunds.send_due(organisation.pk))
    work()
    tick()
    work()

    assert [each for each in results if isinstance(each, Exception)] == [
        each for each in results if isinstance(each, refusals.RefundTooLarge)
    ]
    assert given_back(organisation) <= Decimal("49.95")
    with scope(organisation):
        # What the provider gave back is what is recorded.
        at_the_provider = sum(Decimal(each["amount"]) for each in charge_of(payment).refunds)
        assert fresh(payment).refunded == at_the_provider
        assert fresh(payment).refunding == 0


def test_two_workers_send_each_refund_once(organisation, payment):
    with scope(organisation):
        for _number in range(4):
            refunding.refund(fresh(payment), amount=Decimal("10.00"), reason="Ill", by=None)

    at_once(*[lambda: sending_refunds.send_due(organisation.pk)] * 3)

    with scope(organisation):
        assert set(Refund.objects.values_list("state", "tries")) == {("done", 1)}
        assert len(charge_of(payment).refunds) == 4


def test_handing_over_waits_for_nobody_who_holds_the_payment(organisation, payment):
    """Who takes a refund back holds the order and the payment, and waits for the refund."""
    with scope(organisation):
        refunding.refund(fresh(payment), amount=Decimal("10.00"), reason="Ill", by=None)
    claimed: list[Any] = []

    def claim() -> None:
        try:
            with scope(organisation):
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '5s'")
                refund = Refund.objects.select_for_update().get()
                refund.send()
                claimed.append(refund.state)
        except Exception as error:
            claimed.append(error)
        finally:
            connections.close_all()

    with scope(organisation):
        paying.lock(fresh(payment))
        thread = threading.Thread(target=claim)
        thread.start()
        thread.join(timeout=60)

    assert claimed == ["sending"]
