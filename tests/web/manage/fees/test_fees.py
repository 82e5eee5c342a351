"""Fee tables and rules in the browser (C1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.dues.models import FeeRow, FeeTable, MemberFee, MemberFeeChange, Reduction, Surcharge, SurchargedMember
from kring.members import households
from kring.members.models import Member, MembershipType
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db
TABLE = {
    "valid_from": "2026-01-01",
    "period": "year",
    "begins_on": "2026-01-01",
    "age_day": "1",
    "age_month": "7",
    "on_joining": "month",
    "on_leaving": "none",
    "entry_fee": "25,00",
    "from_1": "6",
    "to_1": "17",
    "amount_1": "80,00",
    "from_2": "18",
    "amount_2": "120.50",
}


@pytest.fixture
def treasurer(staff: Any) -> Any:
    return staff(Role.Name.TREASURER)


@pytest.fixture
def adult(organisation: Any) -> MembershipType:
    with scope(organisation):
        return MembershipType.objects.create(name="Adult")


@pytest.fixture
def table(treasurer: Any, adult: MembershipType, organisation: Any) -> FeeTable:
    done(treasurer, "fee_table_new", type=adult.pk, **TABLE)
    with scope(organisation):
        return FeeTable.objects.get()


@pytest.fixture
def eva(organisation: Any, adult: MembershipType) -> Member:
    with scope(organisation):
        return make.member(first_name="Eva", birth_date=date(1980, 5, 1), type=adult)


def acts(organisation: Any) -> list[str]:
    with scope(organisation):
        found = AuditEntry.objects.filter(action__regex="^(fee|reduction|surcharge|member\\.(fee|surch))")
        return list(found.order_by("pk").values_list("action", flat=True))


def done(client: Any, name: str, *args: Any, **data: Any) -> None:
    answer = client.act(name, *args, **data)
    assert answer.status_code == 302, answer.content.decode()


def refused(client: Any, name: str, *args: Any, **data: Any) -> str:
    answer = client.act(name, *args, **data)
    assert answer.status_code == 422
    return unescape(answer.content.decode())


def seen(client: Any, name: str, *args: Any, **query: Any) -> str:
    answer = client.page(name, *args, **query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def worked_out(client: Any, name: str, **data: Any) -> str:
    return unescape(client.act(name, **data).content.decode())


class TestTables:
    def test_a_table_is_made_with_its_rows(self, treasurer, table, organisation):
        with scope(organisation):
            assert list(table.rows.values_list("from_age", "to_age", "amount")) == [
                (6, 17, Decimal(80)),
                (18, None, Decimal("120.50")),
            ]
            assert (table.age_day, table.age_month, table.entry_fee) == (1, 7, 25)
        assert "€120.50" in seen(treasurer, "fees")
        assert acts(organisation) == ["fee_table.added"]

    def test_a_change_keeps_old_and_new(self, treasurer, table, organisation):
        done(treasurer, "fee_table", table.pk, **TABLE | {"amount_2": "130"})
        with scope(organisation):
            assert FeeRow.objects.get(from_age=18).amount == 130
            entry = AuditEntry.objects.get(action="fee_table.changed")
            assert (entry.old, entry.new) == (
                {"rows": {"6–17": "80.00", "18+": "120.50"}},
                {"rows": {"6–17": "80.00", "18+": "130.00"}},
            )

    def test_rows_that_overlap_are_refused_in_words(self, treasurer, table):
        page = refused(treasurer, "fee_table", table.pk, **TABLE | {"to_1": "18"})
        assert "6–18" in page

    @pytest.mark.parametrize("wrong", [{"amount_1": "-1"}, {"amount_1": ""}, {"to_1": "5"}, {"valid_from": "30-02-26"}])
    def test_what_makes_no_sense_is_refused(self, treasurer, table, wrong):
        refused(treasurer, "fee_table", table.pk, **TABLE | wrong)

    def test_a_table_without_rows_is_refused(self, treasurer, adult):
        refused(
            treasurer, "fee_table_new", type=adult.pk, **{k: v for k, v in TABLE.items() if k[-2:] not in ("_1", "_2")}
        )

    def test_a_second_table_of_the_same_day_is_refused(self, treasurer, table, adult):
        refused(treasurer, "fee_table_new", type=adult.pk, **TABLE)

    def test_new_amounts_begin_as_a_copy(self, treasurer, table):
        page = seen(treasurer, "fee_table_new", **{"from": table.pk})
        assert 'value="120.50"' in page

    def test_it_is_removed(self, treasurer, table, organisation):
        done(treasurer, "fee_table_removal", table.pk)
        with scope(organisation):
            assert not FeeTable.objects.exists()

    def test_a_secretary_sees_and_changes_nothing(self, staff, table):
        secretary = staff(Role.Name.SECRETARY)
        page = seen(secretary, "fees")
        assert "New fee table" not in page
        assert secretary.page("fee_table", table.pk).status_code == 403


class TestRules:
    def test_a_cap(self, treasurer, organisation):
        done(
            treasurer, "reduction_new", "cap", name_en="At most 420", amount="420", per="year", valid_from="2026-01-01"
        )
        with scope(organisation):
            row = Reduction.objects.get()
            assert (row.kind, row.effect, row.amount, row.per) == ("cap", "fixed", 420, "year")

    def test_for_the_second_child(self, treasurer, organisation):
        wanted = {"nth": "2", "under_age": "18", "effect": "percent", "amount": "50", "valid_from": "2026-01-01"}
        refused(treasurer, "reduction_new", "nth_child", name_en="Second child", **wanted | {"amount": "101"})
        refused(treasurer, "reduction_new", "nth_child", name_en="Second child", **wanted | {"nth": "1"})
        refused(treasurer, "reduction_new", "nth_child", **wanted)
        done(treasurer, "reduction_new", "nth_child", name_en="Second child", **wanted)
        with scope(organisation):
            assert Reduction.objects.get().nth == 2

    def test_a_decision_for_a_member_or_their_household(self, treasurer, eva, organisation):
        wanted = {"name_en": "Helps", "effect": "amount", "amount": "20", "valid_from": "2026-01-01", "reason": "Board"}
        refused(treasurer, "reduction_new", "decision", **wanted | {"number": "nobody"})
        refused(treasurer, "reduction_new", "decision", **wanted | {"number": eva.number, "whole_household": "on"})
        refused(treasurer, "reduction_new", "decision", **wanted | {"reason": ""})
        done(treasurer, "reduction_new", "decision", **wanted | {"number": eva.number})
        with scope(organisation):
            assert Reduction.objects.get().member == eva
            home = households.form([eva])
            row = Reduction.objects.get()
        done(treasurer, "reduction", row.pk, **wanted | {"number": eva.number, "whole_household": "on"})
        with scope(organisation):
            row.refresh_from_db()
            assert (row.member, row.household) == (None, home)
        done(treasurer, "reduction_removal", row.pk)
        assert acts(organisation) == ["reduction.added", "reduction.changed", "reduction.removed"]

    def test_a_surcharge_for_those_chosen(self, treasurer, eva, organisation):
        wanted = {"name_en": "On paper", "amount": "2.50", "people": "chosen", "valid_from": "2026-01-01"}
        done(treasurer, "surcharge_new", **wanted)
        with scope(organisation):
            row = Surcharge.objects.get()
        done(treasurer, "member_fee", eva.pk, surcharges=row.pk)
        with scope(organisation):
            assert SurchargedMember.objects.get().member == eva
        assert acts(organisation) == ["surcharge.added", "member.surcharges_set"]


class TestOneMember:
    def test_an_agreement_is_kept_with_its_history(self, treasurer, table, eva, organisation):
        refused(treasurer, "member_fee", eva.pk, amount="75")
        done(treasurer, "member_fee", eva.pk, amount="75", frequency="year", reason="Student", note="until 2027")
        done(treasurer, "member_fee", eva.pk, is_exempt="on", reason="Trainer")
        with scope(organisation):
            fee = MemberFee.objects.get()
            assert (fee.amount, fee.frequency, fee.is_exempt, fee.reason) == (None, "", True, "Trainer")
            last, first = MemberFeeChange.objects.all()
            assert (first.new_amount, first.new_note, last.old_amount, last.new_is_exempt) == (
                75,
                "until 2027",
                75,
                True,
            )
            assert first.changed_by == treasurer.user
        page = seen(treasurer, "member_fee", eva.pk)
        assert "Student" in page
        assert "pays nothing (Trainer)" in page

    def test_nothing_is_written_where_nothing_differs(self, treasurer, eva, organisation):
        for _time in range(2):
            done(treasurer, "member_fee", eva.pk, amount="75", reason="Student")
        with scope(organisation):
            assert MemberFeeChange.objects.count() == 1


class TestWhoWouldPayWhat:
    def test_a_member_with_the_household(self, treasurer, table, eva, adult, organisation):
        with scope(organisation):
            child = make.member(first_name="Liv", birth_date=date(timezone.localdate().year - 10, 1, 1), type=adult)
            households.form([eva, child])
        page = worked_out(treasurer, "fee_check", period="0", q="Eva")
        assert "Adult, 6 to 17 years: €80.00" in page
        assert "Adult, 18 years and older: €120.50" in page

    def test_somebody_made_up(self, treasurer, table, adult):
        year = timezone.localdate().year
        facts = {"period": "0", "type": adult.pk, "birth_date": "2000-01-01", "first": f"{year}-10-15"}
        page = worked_out(treasurer, "fee_check", **facts)
        assert f"member since 15 October {year}: 3 of 12 months" in page
        assert "€25.00" in page
        page = worked_out(treasurer, "fee_check", period="0", type=adult.pk)
        assert "no date of birth" in page

    def test_nobody(self, treasurer, table):
        assert "Nobody was found" in worked_out(treasurer, "fee_check", period="0", q="Xx Yy")
        refused(treasurer, "fee_check", period="0")
