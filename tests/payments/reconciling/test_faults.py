"""Providers that answer late, wrongly, or not to the end; workers that are killed; much at once (P7)."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.core.tenancy import scope
from kring.payments.ledger import LedgerEntry
from kring.payments.method import ProviderUnavailable
from kring.payments.methods import method
from kring.payments.methods.przelewy24 import calls
from kring.payments.models import ProviderAccount, ProviderEntry, Reconciliation
from kring.payments.reconciling import differences, fetching, keeping, linking
from tests.payments import ordering
from tests.payments.pretending import ask, connect
from tests.payments.reconciling.conftest import Books
from tests.payments.test_at_the_same_moment import at_once


@pytest.mark.parametrize("mood", ["status 500", "garbage", "empty", "redirect loop", "lost answer"])
def test_a_provider_that_does_not_answer_as_it_should_is_asked_again_in_an_hour(stripe, books, paid, mood):
    stripe.server.behave(mood)

    row = books.compare()

    assert row.compared_at is None and row.silent_since is not None
    assert row.due_at <= timezone.now() + timedelta(hours=1)
    assert books.differences() == []


def test_since_when_nothing_was_heard_stays_until_it_answers(stripe, books, paid):
    stripe.server.behave("status 500")
    first = books.compare().silent_since
    assert books.compare().silent_since == first

    stripe.server.behave("well")
    row = books.compare()

    assert row.silent_since is None and len(books.entries()) == 1
    assert books.fresh(books.account).state == "working"


def test_a_page_that_is_interrupted_begins_anew_without_doubling(stripe, books, paid):
    for _each in range(5):
        stripe.server.charge_elsewhere("vgbc", False, 100)
    stripe.server.page_size = 2
    # Payouts, the first page, and then nothing.
    stripe.server.behave("well", "well", "status 500")
    assert books.compare().compared_at is None
    assert len(books.entries()) == 2 and books.differences() == []

    stripe.server.behave("well")
    row = books.compare()

    assert row.compared_at is not None
    assert len(books.entries()) == 6 and len(books.differences()) == 5


def test_a_provider_that_repeats_a_page_for_ever_is_asked_again_in_an_hour(stripe, books, paid, monkeypatch):
    page = [entry(1), entry(2)]
    monkeypatch.setattr(type(method("stripe")), "ledger", lambda *_asked: itertools.repeat(page))

    row = books.compare()

    assert row.compared_at is None and row.silent_since is not None


def test_keys_that_may_not_read_the_books_put_no_account_out_of_use(stripe, organisation, books):
    restricted = "rk_test_vgbc_without_balance_transactions"
    with scope(organisation):
        ProviderAccount.objects.filter(pk=books.account.pk).update(
            keys={**books.account.keys, "secret_key": restricted}
        )

    row = books.compare()

    assert row.is_closed and row.silent_since is None and row.due_at > timezone.now() + timedelta(minutes=1)
    assert books.fresh(books.account).state == "working"


def test_keys_that_are_refused_are_noted(stripe, organisation, books):
    with scope(organisation):
        ProviderAccount.objects.filter(pk=books.account.pk).update(keys={"secret_key": "sk_test_vgbc_revoked"})

    assert books.compare().silent_since is not None
    assert books.fresh(books.account).state == "refused"


def test_a_run_that_another_process_has_does_nothing(stripe, books, paid):
    with scope(books.organisation):
        Reconciliation.objects.update(due_at=timezone.now())
        assert Reconciliation.objects.get(account=books.account).claim()
    asked = len(stripe.server.requests)

    fetching.reconcile(books.organisation.pk, books.row.pk)

    assert len(stripe.server.requests) == asked


def test_no_page_is_asked_for_within_a_transaction(books):
    with scope(books.organisation), pytest.raises(RuntimeError, match="never called within"):
        fetching.reconcile(books.organisation.pk, books.row.pk)


def entry(number: int, **facts) -> LedgerEntry:
    given = {"kind": "payment", "amount": Decimal("1.00"), "currency": "EUR", "fee": Decimal("0.10")}
    return LedgerEntry(provider_id=f"txn_{number}", at=timezone.now(), **given | facts)


@pytest.mark.parametrize("strange", [{"amount": Decimal("NaN")}, {"reference": "\0"}, {"amount": Decimal(10) ** 9}])
def test_nothing_of_a_page_with_something_strange_in_it_is_kept(books, strange):
    with scope(books.organisation), pytest.raises(ProviderUnavailable):
        keeping.keep(books.account, [entry(1), entry(2, **strange)])

    assert books.entries() == []


def test_ten_thousand_movements_cost_a_bounded_number_of_statements(books):
    with scope(books.organisation):
        row = Reconciliation.objects.select_related("account").get(account=books.account)
        row.cover(timezone.now() - timedelta(days=1))
        with CaptureQueriesContext(connection) as keeping_them:
            for first in range(0, 10_000, 1000):
                keeping.keep(books.account, [entry(first + n, reference=f"R{first + n}") for n in range(1000)])
        with CaptureQueriesContext(connection) as comparing:
            linking.link(books.account)
            found = differences.find(row)
            differences.record(row, found)
        with CaptureQueriesContext(connection) as again:
            differences.record(row, differences.find(row))

    assert len(found) == 10_000 == len(books.differences())
    assert len(keeping_them) <= 10 * 6
    assert len(comparing) <= 30 and len(again) <= 10


def test_another_payment_costs_no_statement_more(stripe, books):
    def cost() -> int:
        payment = stripe.start(stripe.order())
        stripe.act(payment, "card")
        books.compare()
        with scope(books.organisation), CaptureQueriesContext(connection) as captured:
            linking.link(books.account)
            differences.record(books.row, differences.find(books.row))
        return len(captured)

    assert cost() == cost() == cost()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_keep_each_movement_and_each_difference_once(organisation):
    with scope(organisation):
        account = ProviderAccount.objects.create(method="stripe", mode="test", name="x", keys={"secret_key": "x"})
        row = Reconciliation.objects.select_related("account").get(account=account)
        row.cover(timezone.now() - timedelta(days=1))
    page = [entry(n) for n in range(50)]

    def one() -> None:
        with scope(organisation):
            keeping.keep(account, page)
        with scope(organisation):
            differences.record(row, differences.find(row))

    at_once(one, one, one)

    with scope(organisation):
        assert ProviderEntry.objects.count() == 50
        assert account.differences.count() == 50


# The other providers


MOLLIE = "test_" + "k" * 30


def test_mollie_is_compared_by_the_key_of_the_profile_alone(organisation, mollie):
    books = Books(organisation, connect(organisation, "mollie", {"key": MOLLIE}))
    with scope(organisation):
        order = ordering.order()
    payment = ordering.start(order, "mollie", settings={}).payment
    mollie.act(payment.provider_id, "pay, notify never")
    mollie.act(payment.provider_id, "refund 10.00")
    mollie.act(payment.provider_id, "settle refunds")
    mollie.pay_elsewhere(MOLLIE, "7.00")

    row = books.compare()

    assert row.compared_at is not None
    paid = books.fresh(payment)
    assert (paid.state, paid.refunded, paid.fee) == ("paid", Decimal(10), None)
    assert books.differences() == [("unknown_money", None, Decimal(7))]


def test_with_a_token_mollie_says_fees_and_payouts(organisation, mollie):
    key = "live_" + "k" * 30
    keys = {"key": key, "organisation_token": f"access_{key}"}
    books = Books(organisation, connect(organisation, "mollie", keys, mode="live"))
    mollie.pay_elsewhere(key, "7.00")
    mollie.pay_elsewhere(key, "8.00")
    mollie.settle(key)
    mollie.page_size = 1

    books.compare()

    assert [(each.amount, each.fee) for each in books.entries()] == [
        (Decimal(7), Decimal("0.32")),
        (Decimal(8), Decimal("0.32")),
    ]
    [payout] = books.payouts()
    assert (payout.amount, payout.fees, payout.state) == (Decimal("14.36"), Decimal("0.64"), "paid_out")
    assert {each.payout_name for each in books.entries()} == {payout.provider_id}


def test_a_token_that_mollie_refuses_later_leaves_the_payments_compared(organisation, mollie):
    keys = {"key": MOLLIE, "organisation_token": f"access_{MOLLIE}"}
    books = Books(organisation, connect(organisation, "mollie", keys))
    mollie.pay_elsewhere(MOLLIE, "7.00")
    mollie.revoked.add(f"access_{MOLLIE}")

    row = books.compare()

    assert row.compared_at is not None and books.fresh(books.account).state == "working"
    assert [each.fee for each in books.entries()] == [None]


def test_a_refund_that_failed_at_mollie_came_back(organisation, mollie):
    books = Books(organisation, connect(organisation, "mollie", {"key": MOLLIE}))
    with scope(organisation):
        order = ordering.order()
    payment = ordering.start(order, "mollie", settings={}).payment
    for act in ("pay, notify never", "refund 10.00", "settle refunds as failed", "charge back"):
        mollie.act(payment.provider_id, act)
    mollie.act(payment.provider_id, "reverse the chargeback")

    books.compare()

    assert sorted((each.kind, each.amount) for each in books.entries()) == [
        *(("dispute", Decimal("-49.95")), ("dispute", Decimal("49.95")), ("payment", Decimal("49.95"))),
        *(("refund", Decimal(-10)), ("refund", Decimal(10))),
    ]
    assert books.differences() == []


def test_przelewy24_says_fees_and_payouts_but_not_which_are_in_one(organisation, p24, at_p24):
    with scope(organisation):
        type(organisation).objects.update(currency="PLN")
        organisation.refresh_from_db()
        order = ordering.order()
    payment = ordering.start(order, "przelewy24", settings={}).payment
    p24.act(payment.provider_id, "pay, notify never")
    ask(organisation, payment)
    p24.pay_out()
    p24.page_size = 1
    p24.pay_elsewhere(2500)

    at_p24.compare()

    paid = at_p24.fresh(payment)
    assert (paid.state, paid.fee) == ("paid", Decimal("0.59"))
    assert at_p24.differences() == [("unknown_money", None, Decimal(25))]
    [payout] = at_p24.payouts()
    assert (payout.amount, payout.fees) == (Decimal("49.36"), Decimal("0.59"))


def test_a_report_that_przelewy24_keeps_closed_is_said(p24, at_p24):
    p24.is_report_open = False

    row = at_p24.compare()

    assert row.is_closed and at_p24.fresh(at_p24.account).state == "working"


def test_a_year_of_przelewy24_is_asked_for_a_month_at_a_time(p24, at_p24):
    with scope(at_p24.organisation):
        past = timezone.now() - timedelta(days=80)
        ProviderAccount.objects.filter(pk=at_p24.account.pk).update(created_at=past)

    assert at_p24.compare().compared_at is not None
    assert len([each for each in p24.requests if "report/history" in each.path]) == 3


@pytest.mark.parametrize("facts", [{"recordsAll": "many"}, [1]])
def test_a_report_of_przelewy24_that_says_nonsense_is_no_answer(p24, at_p24, monkeypatch, facts):
    nonsense = {"data": [{"type": "unknown", "details": {}, "amount": 1, "currency": "PLN"}], "token": "t"}
    monkeypatch.setattr(calls.Api, "history", lambda *_days: {**nonsense, "pageInformation": facts})

    row = at_p24.compare()

    assert row.silent_since is not None and row.compared_at is None
