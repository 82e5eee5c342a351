"""Staff see what providers have booked, where it differs, and what to do (P7)."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from kring.payments.models import Difference, Payment, Payout, ProviderAccount, ProviderEntry, Reconciliation
from tests.jobs import queued
from tests.payments import ordering
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(treasurer: Staff) -> ProviderAccount:
    with scope(treasurer.organisation):
        return ProviderAccount.objects.create(method="stripe", mode="live", name="Club", keys={"secret_key": "sk"})


@pytest.fixture
def payment(treasurer: Staff, account: ProviderAccount) -> Payment:
    """Received by Stripe."""
    with scope(treasurer.organisation):
        order = ordering.order()
        return order.payments.create(
            method="stripe",
            provider_account=account,
            account=account.public_id,
            state="paid",
            settled_at=timezone.now(),
            amount=order.total,
            currency="EUR",
            reference=f"{order.number}-0001",
            provider_id="cs_live_1",
        )


def booked(treasurer: Staff, account: ProviderAccount, name: str = "txn_1", **facts: Any) -> ProviderEntry:
    with scope(treasurer.organisation):
        given = {"kind": "payment", "at": timezone.now(), "amount": Decimal("49.95"), "currency": "EUR"}
        given |= {"fee": Decimal("0.99"), "paid": Decimal("49.95"), "paid_currency": "EUR"}
        return ProviderEntry.objects.create(account=account, provider_id=name, **given | facts)


@pytest.fixture
def unknown(treasurer: Staff, account: ProviderAccount) -> Difference:
    entry = booked(treasurer, account)
    with scope(treasurer.organisation):
        return Difference.objects.create(
            account=account, kind="unknown_money", entry=entry, theirs=entry.paid, currency="EUR"
        )


def test_the_sums_of_a_month_are_shown_for_each_account(treasurer: Staff, account: ProviderAccount) -> None:
    booked(treasurer, account)
    booked(treasurer, account, "txn_2", kind="refund", amount=Decimal(-10), fee=Decimal(0))
    booked(treasurer, account, "txn_3", kind="fee", amount=Decimal(-5), fee=Decimal(0))
    booked(treasurer, account, "txn_4", at=timezone.now() - timedelta(days=40), amount=Decimal(700))
    with scope(treasurer.organisation):
        facts = {"amount": Decimal(30), "currency": "EUR", "state": "paid_out", "arrives_on": timezone.localdate()}
        Payout.objects.create(account=account, provider_id="po_1", **facts)

    page = text(treasurer.page("reconciliation"))

    assert "Taken €49.95 Refunded €10.00 Charged back €0.00 Fees €5.99 Paid out €30.00" in page
    assert "€700.00" not in page


def test_a_provider_that_is_silent_is_shown_with_the_moment(treasurer: Staff, account: ProviderAccount) -> None:
    with scope(treasurer.organisation):
        Reconciliation.objects.filter(account=account).update(silent_since=timezone.now())

    assert "Nothing was heard since" in text(treasurer.page("reconciliation"))


def test_keys_that_may_not_read_the_books_are_said(treasurer: Staff, account: ProviderAccount) -> None:
    with scope(treasurer.organisation):
        Reconciliation.objects.filter(account=account).update(is_closed=True)

    assert "This provider does not say what it has booked" in text(treasurer.page("reconciliation"))


def test_a_difference_is_shown_with_what_to_do(treasurer: Staff, unknown: Difference) -> None:
    assert "Money of no payment here" in text(treasurer.page("reconciliation"))
    assert "1 difference with a provider" in text(treasurer.page("dashboard"))

    page = text(treasurer.page("difference", unknown.pk))
    assert "book it on that order" in page and "At the provider €49.95" in page


def test_one_that_was_seen_to_is_no_task_any_more(treasurer: Staff, unknown: Difference) -> None:
    treasurer.act("difference_seen", unknown.pk, note="From the web shop.")

    assert "Nothing differs" in text(treasurer.page("reconciliation"))
    assert column(treasurer.page("differences"), "State") == ["seen to"]
    with scope(treasurer.organisation):
        assert AuditEntry.objects.filter(action="reconciliation.seen").exists()


def test_without_a_note_nothing_is_seen_to(treasurer: Staff, unknown: Difference) -> None:
    answer = treasurer.post(url("difference_seen", unknown.pk), {"note": ""})

    assert answer.status_code == 422
    with scope(treasurer.organisation):
        assert Difference.objects.get().is_open


def test_money_is_booked_on_an_order(treasurer: Staff, unknown: Difference) -> None:
    with scope(treasurer.organisation):
        order = ordering.order()

    treasurer.act("difference_booking", unknown.pk, number=f" {order.number.lower()} ")

    with scope(treasurer.organisation):
        assert order.payments.get().amount == Decimal("49.95")
        assert Difference.objects.get().state == "settled"


def test_an_order_that_is_unknown_is_refused_beside_its_field(treasurer: Staff, unknown: Difference) -> None:
    answer = treasurer.post(url("difference_booking", unknown.pk), {"number": "NONE"})

    assert answer.status_code == 422 and errors(answer) == {"number": ["There is no order NONE."]}


def test_the_page_of_the_order_shows_fee_and_payout(
    treasurer: Staff, account: ProviderAccount, payment: Payment
) -> None:
    booked(treasurer, account, payment=payment, payout_name="po_1")
    with scope(treasurer.organisation):
        Payment.objects.filter(pk=payment.pk).update(fee=Decimal("0.99"))
        number = payment.order.number

    page = text(treasurer.page("order", number))

    assert "the provider keeps €0.99" in page and "paid out with po_1" in page


@pytest.mark.parametrize(
    ("amount", "words"),
    [("48.96", "The movements come to what was paid out."), ("48.00", "Not explained by these −€0.96")],
)
def test_a_payout_says_whether_its_movements_explain_it(
    treasurer: Staff, account: ProviderAccount, amount: str, words: str
) -> None:
    booked(treasurer, account, payout_name="po_1")
    with scope(treasurer.organisation):
        facts = {"amount": Decimal(amount), "currency": "EUR", "state": "paid_out"}
        payout = Payout.objects.create(account=account, provider_id="po_1", **facts)

    assert words in text(treasurer.page("payout", payout.pk)).replace("-€", "−€")


def rows_of(treasurer: Staff, **query: str) -> list[list[Any]]:
    answer = treasurer.get(url("reconciliation_file", "xlsx"), query)
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_the_bookkeeper_gets_a_table(treasurer: Staff, account: ProviderAccount, payment: Payment) -> None:
    booked(treasurer, account, payment=payment, payout_name="po_1")
    booked(treasurer, account, "=1+1", kind="fee", amount=Decimal(-5), fee=None, paid=Decimal(-5))

    heads, first, second = rows_of(treasurer)

    assert heads[:9] == ["Date", "Provider", "Kind", "Order", "Payer", "Gross", "Fee", "Net", "Currency"]
    with scope(treasurer.organisation):
        number = payment.order.number
    assert first[1:10] == ["Stripe", "payment", number, "Ada Lovelace", 49.95, 0.99, 48.96, "EUR", "po_1"]
    assert (second[5], second[7], second[10]) == (-5.0, -5.0, "=1+1")


def test_in_csv_no_name_of_a_provider_is_a_formula(treasurer: Staff, account: ProviderAccount) -> None:
    booked(treasurer, account, "=HYPERLINK()")

    answer = treasurer.get(url("reconciliation_file", "csv"))

    assert "'=HYPERLINK()" in b"".join(answer.streaming_content).decode()


def test_movements_of_a_test_account_are_in_a_file_of_their_own(treasurer: Staff, account: ProviderAccount) -> None:
    with scope(treasurer.organisation):
        test = ProviderAccount.objects.create(method="stripe", mode="test", name="x", keys={}, is_in_use=False)
    booked(treasurer, account, "live_1")
    booked(treasurer, test, "test_1")
    today = timezone.localdate().isoformat()

    period = {"since": today, "until": today}
    assert [row[10] for row in rows_of(treasurer, **period)[1:]] == ["live_1"]
    assert [row[10] for row in rows_of(treasurer, **period, test="on")[1:]] == ["test_1"]


def test_lists_are_filtered_by_account_and_by_what_is_known(treasurer: Staff, account: ProviderAccount) -> None:
    booked(treasurer, account, "txn_1")
    page = treasurer.page("provider_entries")
    assert column(page, "Name at the provider") == ["txn_1"]

    answer = treasurer.get(url("provider_entries") + "?known=yes")
    assert "txn_1" not in answer.content.decode()


def test_comparing_now_queues_it_once(treasurer: Staff, account: ProviderAccount) -> None:
    with scope(treasurer.organisation):
        row = Reconciliation.objects.get(account=account)
    for _again in range(2):
        treasurer.act("reconciliation_now", row.pk)

    assert len(queued("payments.reconcile")) == 1


def test_an_account_is_said_to_be_shared_and_no_more(treasurer: Staff, unknown: Difference) -> None:
    with scope(treasurer.organisation):
        row = Reconciliation.objects.get(account=unknown.account)
    treasurer.act("reconciliation_sharing", row.pk)
    assert "Others are paid into this account too" in text(treasurer.page("reconciliation"))

    treasurer.act("reconciliation_sharing", row.pk)
    with scope(treasurer.organisation):
        row.refresh_from_db()
    assert not row.is_shared


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_for_one_and_for_many(
    treasurer: Staff, account: ProviderAccount, number: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(number):
        entry = booked(treasurer, account, f"txn_{n}")
        with scope(treasurer.organisation):
            Difference.objects.create(account=account, kind="unknown_money", entry=entry, currency="EUR", theirs=1)

    with django_assert_max_num_queries(16):
        treasurer.page("reconciliation")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        *(("reconciliation", {"month": month}) for month in ("0001-01", "9999-12", "nonsense")),
        *(("provider_entries", {name: day}) for name in ("since", "until") for day in ("0001-01-01", "9999-12-31")),
    ],
)
def test_the_ends_of_the_calendar_are_days_too(treasurer: Staff, page: str, query: dict[str, str]) -> None:
    assert treasurer.page(page, **query).status_code == 200
