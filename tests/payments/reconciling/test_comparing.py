"""What a provider has booked and what we have are compared, per account (P7)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.payments import polling, refusals
from kring.payments.models import Difference, Payment, ProviderEntry, Reconciliation, Refund
from kring.payments.reconciling import deciding, fetching, keeping
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.reconciling.conftest import Books


def test_what_agrees_is_no_difference_and_the_payment_has_its_fee(books, paid):
    row = books.compare()

    [entry] = books.entries()
    assert (entry.kind, entry.amount, entry.fee, entry.net) == (
        *("payment", Decimal("49.95")),
        *(Decimal("0.99"), Decimal("48.96")),
    )
    assert (entry.payment.pk, books.fresh(paid).fee) == (paid.pk, Decimal("0.99"))
    assert books.differences() == []
    assert row.compared_at is not None and row.silent_since is None


def test_an_account_is_first_compared_in_the_night_after_it_was_connected(books):
    now = timezone.now()

    assert now + timedelta(hours=11) < books.row.due_at < now + timedelta(hours=13)
    due_at = timezone.localtime(books.compare().due_at, books.organisation.zone)
    assert due_at > now and 2 <= due_at.hour < 5


def test_money_of_no_payment_here_is_found(stripe, books, paid):
    stripe.server.charge_elsewhere("vgbc", False, 2500)

    books.compare()

    assert books.differences() == [("unknown_money", None, Decimal("25.00"))]


def test_money_from_before_the_account_was_connected_is_none_of_our_business(stripe, books):
    charge = stripe.server.charge_elsewhere("vgbc", False, 2500)
    [booked] = stripe.server.of("bookings", source=charge["id"])
    booked["created"] -= 3 * 86400

    books.compare()

    assert books.entries() == [] and books.differences() == []


def test_where_others_are_paid_into_the_account_unknown_money_is_no_difference(stripe, books, treasurer):
    stripe.server.charge_elsewhere("vgbc", False, 2500)
    books.compare()

    with scope(books.organisation):
        deciding.share(books.row, is_shared=True, by=treasurer)
    books.compare()

    assert books.differences() == [] and books.differences(state="settled") == [("unknown_money", None, Decimal(25))]


def test_a_payment_that_the_provider_does_not_list_is_found_after_some_days(stripe, books, paid):
    stripe.server.kind("bookings").clear()
    books.compare()
    assert books.differences() == []

    books.let_pass(4)
    books.compare()

    assert books.differences() == [("not_listed", Decimal("49.95"), None)]


def test_it_is_settled_when_the_provider_lists_it_late(stripe, books, paid):
    kept = dict(stripe.server.kind("bookings"))
    stripe.server.kind("bookings").clear()
    books.let_pass(4)
    books.compare()

    for each in kept.values():
        each["created"] -= 4 * 86400
    stripe.server.kind("bookings").update(kept)
    books.compare()

    assert books.differences() == [] and len(books.differences(state="settled")) == 1


def test_another_amount_is_found(stripe, books, paid):
    [booked] = stripe.server.of("bookings")
    booked["amount"] -= 100

    books.compare()

    assert books.differences() == [("amount", Decimal("49.95"), Decimal("48.95"))]


def test_another_currency_is_found(stripe, books, paid):
    stripe.charge(paid)["currency"] = "usd"

    books.compare()

    with scope(books.organisation):
        found = Difference.objects.get()
    assert (found.kind, found.currency, found.their_currency) == ("amount", "EUR", "USD")


def test_what_was_paid_there_and_not_here_is_fetched_and_no_difference_any_more(stripe, books):
    payment = stripe.start(stripe.order())
    with stripe.server.lock:
        stripe.server.act(stripe.session(payment), "silent")
    assert stripe.states(payment)[0] == "pending"

    books.compare()

    assert stripe.states(payment) == ("paid", "paid")
    assert books.differences() == []


def test_what_cannot_be_fetched_is_shown(stripe, books):
    payment = stripe.start(stripe.order())
    with stripe.server.lock:
        stripe.server.act(stripe.session(payment), "silent")
        stripe.server.kind("sessions").clear()

    books.compare()

    assert books.differences() == [("not_paid_here", None, Decimal("49.95"))]


def test_a_refund_made_at_the_providers_site_is_found_by_the_comparison(stripe, books, paid):
    with stripe.server.lock:
        stripe.server.refund(stripe.charge(paid), 1000, {}, "succeeded")
    stripe.server.notices.clear()

    books.compare()

    assert books.fresh(paid).refunded == Decimal("10.00")
    assert books.differences() == []
    with scope(books.organisation):
        assert Refund.objects.get().is_foreign


def test_what_could_not_be_asked_at_once_is_settled_some_minutes_later(stripe, books, paid):
    with stripe.server.lock:
        stripe.server.refund(stripe.charge(paid), 1000, {}, "succeeded")
    stripe.server.notices.clear()
    # Another process asked a moment ago.
    books.compare(polled_at=timezone.now())
    assert books.differences() == [("refunded_there", Decimal(0), Decimal("10.00"))]

    with scope(books.organisation):
        Payment.objects.update(polled_at=None)
        polling.poll_silent()
    work()
    work(later=timedelta(minutes=11))

    assert books.differences() == []


def test_a_chargeback_that_nobody_told_of_is_found_by_the_comparison(stripe, books, paid):
    with stripe.server.lock:
        stripe.server.dispute(stripe.charge(paid))
    stripe.server.notices.clear()

    books.compare()

    assert books.fresh(paid).charged_back == Decimal("49.95")
    assert books.differences() == []


def test_a_refund_that_we_call_done_and_the_provider_does_not_list_is_found(books, paid):
    with scope(books.organisation):
        long_ago = timezone.localdate() - timedelta(days=9)
        paid.refunds.create(amount=Decimal(5), reason="x", how="provider", state="done", given_on=long_ago)

    books.compare()

    assert books.differences() == [("refund_not_listed", Decimal("5.00"), Decimal("0.00"))]


def test_what_was_refunded_in_cash_is_not_looked_for_at_the_provider(books, paid):
    with scope(books.organisation):
        long_ago = timezone.localdate() - timedelta(days=9)
        paid.refunds.create(amount=Decimal(5), reason="x", how="cash", state="done", given_on=long_ago)

    books.compare()

    assert books.differences() == []


def test_a_refund_and_a_dispute_that_both_know_agree(stripe, books, paid):
    stripe.server.refund(stripe.charge(paid), 1000, {}, "succeeded")
    stripe.deliver()
    with stripe.server.lock:
        dispute = stripe.server.dispute(stripe.charge(paid))
        stripe.server.end_dispute(dispute, "won")
    stripe.deliver()

    books.compare()

    assert books.differences() == []
    assert sorted((each.kind, each.amount) for each in books.entries()) == [
        ("dispute", Decimal("-49.95")),
        ("dispute", Decimal("49.95")),
        ("payment", Decimal("49.95")),
        ("refund", Decimal("-10.00")),
    ]


# What staff do


def test_what_staff_have_seen_to_stays_so_until_it_is_another_sum(stripe, books, paid, treasurer):
    [booked] = stripe.server.of("bookings")
    booked["amount"] -= 100
    books.compare()
    with scope(books.organisation):
        deciding.see(Difference.objects.get(), note="A cent was lost.", by=treasurer)

    books.compare()
    assert books.differences() == [] and len(books.differences(state="seen")) == 1

    stripe.server.refund(stripe.charge(paid), 1, {}, "succeeded")
    with scope(books.organisation):
        Difference.objects.update(theirs=Decimal(1))
    books.compare()
    assert books.differences() == [("amount", Decimal("49.95"), Decimal("48.95"))]


def test_what_is_settled_cannot_be_seen_to(stripe, books, treasurer):
    stripe.server.charge_elsewhere("vgbc", False, 2500)
    books.compare()
    with scope(books.organisation):
        found = Difference.objects.get()
        found.end()
        with pytest.raises(WrongState):
            deciding.see(found, note="x", by=treasurer)


@pytest.fixture
def unknown(stripe, organisation):
    """25.00 in a live account that no payment knows."""
    books = Books(organisation, stripe.connect("sk_live_vgbc_1", mode="live"))
    stripe.server.charge_elsewhere("vgbc", True, 2500)
    books.compare()
    return books


def test_unknown_money_is_booked_on_its_order(stripe, unknown, treasurer):
    order = stripe.order(price="25.00")
    with scope(unknown.organisation):
        payment = deciding.book(Difference.objects.get(), number=order.number, by=treasurer)

    assert (payment.amount, payment.state, payment.method) == (Decimal("25.00"), "paid", "transfer")
    assert stripe.order_of(payment).state == "paid"
    unknown.compare()
    assert unknown.differences() == [] and unknown.entries()[0].payment == payment


def test_booked_twice_it_counts_once(stripe, unknown, treasurer):
    order = stripe.order(price="25.00")
    for _again in range(2):
        with scope(unknown.organisation):
            deciding.book(Difference.objects.get(), number=order.number, by=treasurer)

    with scope(unknown.organisation):
        assert Payment.objects.filter(state="paid").count() == 1


@pytest.mark.parametrize(("units", "lasts"), [(2500, False), (1000, True)])
def test_money_that_went_back_there_is_never_booked(stripe, unknown, treasurer, units, lasts):
    order = stripe.order(price="25.00")
    [charge] = stripe.server.of("charges", livemode=True)
    stripe.server.refund(charge, units, {}, "succeeded")
    with scope(unknown.organisation):
        found = Difference.objects.get()

    unknown.compare()

    assert bool(unknown.differences()) == lasts
    with scope(unknown.organisation), pytest.raises(refusals.GivenBack):
        deciding.book(found, number=order.number, by=treasurer)


def test_booked_money_that_goes_back_there_is_found(stripe, unknown, treasurer):
    order = stripe.order(price="25.00")
    with scope(unknown.organisation):
        deciding.book(Difference.objects.get(), number=order.number, by=treasurer)
    [charge] = stripe.server.of("charges", livemode=True)
    stripe.server.refund(charge, 2500, {}, "succeeded")

    unknown.compare()

    [found] = unknown.differences()
    assert found == ("refunded_there", Decimal(0), Decimal("25.00"))


def test_money_of_a_test_is_never_booked(stripe, books, treasurer):
    stripe.server.charge_elsewhere("vgbc", False, 2500)
    books.compare()
    order = stripe.order(price="25.00")

    with scope(books.organisation), pytest.raises(deciding.OnlyPretended):
        deciding.book(Difference.objects.get(), number=order.number, by=treasurer)


# Payouts


def test_a_payout_is_what_its_movements_come_to(stripe, books, paid):
    stripe.server.pay_out("vgbc", False)

    books.compare()

    [payout] = books.payouts()
    with scope(books.organisation):
        assert [entry.payment_id for entry in payout.entries] == [paid.pk]
        assert sum(entry.net for entry in payout.entries) == payout.amount == Decimal("48.96")
    assert payout.state == "paid_out" and payout.arrives_on is not None


def test_the_payout_of_a_movement_comes_later(stripe, books, paid):
    books.compare()
    assert books.entries()[0].payout_name == ""

    payout = stripe.server.pay_out("vgbc", False)
    books.compare()

    assert [entry.payout_name for entry in books.entries()] == [payout["id"]]


def test_a_payout_that_fails_says_so(stripe, books, paid):
    payout = stripe.server.pay_out("vgbc", False)
    books.compare()
    payout["status"] = "failed"

    books.compare()

    assert [each.state for each in books.payouts()] == ["returned"]


# Test and live, ours and others'


def test_test_and_live_are_never_mixed(stripe, books, paid, organisation):
    live = Books(organisation, stripe.connect("sk_live_vgbc_1", mode="live"))
    stripe.server.charge_elsewhere("vgbc", True, 700)

    live.compare()
    books.compare()

    assert [entry.amount for entry in live.entries()] == [Decimal(7)]
    assert [entry.amount for entry in books.entries()] == [Decimal("49.95")]
    assert live.differences() == [("unknown_money", None, Decimal(7))] and books.differences() == []


def test_a_payment_of_another_account_with_this_name_is_not_this_money(stripe, books, paid):
    """The account's own payments only, however the movement is called."""
    with scope(books.organisation):
        Payment.objects.filter(pk=paid.pk).update(account="another")

    books.compare()

    assert books.entries()[0].payment is None
    assert books.differences() == [("unknown_money", None, Decimal("49.95"))]


def test_another_organisation_sees_nothing_of_it(stripe, books, paid):
    books.compare()
    other = make.organisation(subdomain="svoranje")

    with scope(other):
        assert not ProviderEntry.objects.exists() and not Reconciliation.objects.exists()


# The database keeps the promises


def test_what_was_booked_is_never_changed(books, paid):
    books.compare()
    with scope(books.organisation):
        for changes in ({"amount": 1}, {"currency": "PLN"}, {"kind": "other"}, {"fee": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ProviderEntry.objects.update(**changes)


def test_a_second_one_that_lasts_is_refused(books, paid):
    with scope(books.organisation):
        facts = {"account": books.account, "payment": paid, "kind": "amount", "currency": "EUR"}
        Difference.objects.create(**facts)
        with pytest.raises(IntegrityError), transaction.atomic():
            Difference.objects.create(**facts)


# By itself


def test_the_clock_does_it(stripe, books, paid):
    with scope(books.organisation):
        Reconciliation.objects.filter(account=books.account).update(due_at=timezone.now())
        assert fetching.begin_due() == 1
        assert fetching.begin_due() == 1
    work()

    assert len(books.entries()) == 1


def test_an_account_without_books_is_left_alone(organisation):
    with scope(organisation):
        account = ordering.account()
        row = Reconciliation.objects.get(account=account)
        row.ask_now()

    fetching.reconcile(organisation.pk, row.pk)

    with scope(organisation):
        row.refresh_from_db()
    assert row.due_at > timezone.now() and row.compared_at is None


def test_the_same_movement_twice_in_a_page_is_kept_once(books, paid):
    from kring.payments.methods import method

    with scope(books.organisation):
        account = type(books.account).objects.get(pk=books.account.pk)
    pages = list(method("stripe").ledger(account, timezone.now() - timedelta(days=1)))

    with scope(books.organisation):
        for page in pages:
            keeping.keep(account, [*page, *page])
            keeping.keep(account, page)

    assert len(books.entries()) == 1
