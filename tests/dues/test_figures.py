"""The treasurer's figures (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.billing import settling
from kring.billing.locking import lock
from kring.dues import accounts, figures, payers, unpaid
from kring.dues.models import Contribution, FeeTable
from kring.members import status
from kring.payments.models import Dispute, Payment, Refund
from tests import make
from tests.dues.owing import contribution, family, kind, paid, pending

pytestmark = pytest.mark.usefixtures("in_scope")


def due(days_ago: int, amount: str = "80.00", **more) -> Contribution:
    day = timezone.localdate() - timedelta(days=days_ago)
    return contribution(amount, due_on=day, during=DateRange(day, day + timedelta(days=1)), **more)


def waive(one: Contribution) -> None:
    changes = {"reason": "Board", "waived_at": timezone.now(), "state": "waived", "left": 0}
    Contribution.objects.filter(pk=one.pk).update(**changes)


class TestCockpit:
    def test_sums_by_type_and_month(self):
        adult, other = contribution("100.00"), contribution("60.00", type=kind("Youth").pk, due_on=date(2026, 3, 1))
        paid(adult.order, "40.00")
        pending(other.order, "60.00", method="direct_debit")
        found = figures.of_year(2026)
        assert (found.total.number, found.total.due, found.total.paid) == (2, 160, 40)
        assert [(name, sums.left, sums.pending) for name, sums in found.by_type] == [
            ("Adults", 60, 0),
            ("Youth", 60, 60),
        ]
        assert [(month, sums.due) for month, sums in found.by_month] == [
            (date(2026, 2, 1), 100),
            (date(2026, 3, 1), 60),
        ]
        assert figures.of_year(2025).total.number == 0

    def test_what_was_taken_back_and_what_was_waived(self):
        returned = contribution("50.00")
        one = paid(returned.order, "50.00")
        Dispute.objects.create(payment=one, provider_id="d", amount=50, state="lost", ended_at=timezone.now())
        waive(contribution("30.00"))
        found = figures.of_year(2026).total
        assert (found.due, found.returned, found.left) == (80, 50, 50)

    def test_what_is_expected(self):
        due(-10, "70.00"), due(5)
        assert sum(amount for _month, amount in figures.of_year(2026).expected) == 70

    @pytest.mark.parametrize("number", [1, 5])
    def test_it_costs_as_many_statements_for_many_as_for_few(self, number, django_assert_num_queries):
        for _each in range(number):
            contribution()
        with django_assert_num_queries(2):
            figures.of_year(2026)


class TestWhoHasNotPaid:
    def test_by_payer_and_how_long_since(self):
        eva = make.member()
        due(10, "10.00", member=eva), due(40, "20.00", member=eva), due(70, "30.00", member=eva)
        due(200, "5.00"), due(-5)
        first, second = unpaid.with_people(list(unpaid.rows()))
        assert (first.payer.name, first.number, first.left) == (eva.name, 3, 60)
        assert first.bands == [10, 20, 30, 0]
        assert second.bands == [0, 0, 0, 5]
        assert unpaid.totals() == {"all": 65, "30": 10, "60": 20, "90": 30, "over": 5}
        assert [row["sum"] for row in unpaid.rows(band="over")] == [5]

    @pytest.mark.parametrize(
        ("days", "band"), [(1, "30"), (30, "30"), (31, "60"), (60, "60"), (90, "90"), (91, "over")]
    )
    def test_the_edges_of_the_bands(self, days, band):
        due(days)
        assert unpaid.totals()[band] == 80

    def test_not_today(self):
        due(0)
        assert unpaid.totals()["all"] == 0

    def test_those_who_left_with_a_balance(self):
        gone = make.member()
        due(10, member=gone), due(10)
        status.leave(gone, timezone.localdate() - timedelta(days=1))
        assert [row["payer"] for row in unpaid.rows(leavers=True)] == [payers.payer_of(gone).pk]

    def test_what_was_tried(self):
        one = due(10)
        pending(one.order, "80.00", method="transfer")
        Payment.objects.update(state="failed", failure_reason="No money")
        (row,) = unpaid.with_people(list(unpaid.rows()))
        assert [(each.is_email, each.words) for each in row.tried] == [(False, "No money")]

    @pytest.mark.parametrize("number", [1, 5])
    def test_it_costs_as_many_statements_for_many_as_for_few(self, number, django_assert_num_queries):
        for _each in range(number):
            due(10)
        with django_assert_num_queries(5):
            unpaid.with_people(list(unpaid.rows()))


class TestAccount:
    def test_every_movement_with_the_balance_after_it(self):
        one, other = family("80.00", "20.00")
        paid(one.order, "90.00")
        found = accounts.of_payers([one.payer_id])
        assert [(each.kind, each.amount, each.balance) for each in found] == [
            ("contribution", 80, 80),
            ("contribution", 20, 100),
            ("payment", -90, 10),
        ]
        assert str(one.member) in found[0].about
        assert found[-1].balance == sum(each.left for each in Contribution.objects.all())
        assert other.payer_id == one.payer_id

    def test_what_went_back_is_asked_for_again_and_a_waiver_is_not(self):
        one = contribution("80.00")
        payment = paid(one.order, "80.00")
        Dispute.objects.create(payment=payment, provider_id="d", amount=80, state="lost", ended_at=timezone.now())
        waive(one)
        found = accounts.of_payers([one.payer_id])
        assert sorted((each.kind, each.amount) for each in found) == [
            ("contribution", 80),
            ("payment", -80),
            ("return", 80),
            ("waived", -80),
        ]
        assert found[-1].balance == 0

    def test_the_account_in_the_books_is_that_of_the_fee_table(self):
        day = date(2020, 1, 1)
        FeeTable.objects.create(
            type=kind(), valid_from=day, begins_on=day, account_code="8000", entry_account_code="8010"
        )
        one = contribution("80.00")
        contribution("10.00", member=one.member, kind="entry")
        paid(one.order, "80.00")
        codes = {each.kind: each.account_code for each in accounts.between(timezone.localdate(), timezone.localdate())}
        assert codes == {"contribution": "8000", "entry": "8010", "payment": ""}

    def test_the_books_have_the_days_asked_for(self):
        contribution()
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert accounts.between(tomorrow, tomorrow) == []

    def test_a_refund_that_is_not_owed_again_ends_at_nothing(self):
        one = contribution("80.00")
        payment = paid(one.order, "80.00")
        settling.settle(lock(one.order))
        Refund.objects.create(payment=payment, amount=Decimal(30), reason="Moved")
        one.refresh_from_db()
        found = accounts.of_payers([one.payer_id])
        assert (found[-1].balance, one.left) == (0, 0)
