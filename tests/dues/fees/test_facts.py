"""What the calculation is given of the register, and what the database keeps of fees."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.dues import fees
from kring.dues.fees import LeftOut, Period
from kring.dues.kinds import PeriodKind
from kring.dues.models import FeeRow, FeeTable, MemberFee, MemberFeeChange, Reduction, Surcharge
from kring.members import households, status
from kring.members.merging import running
from kring.members.models import Guardian, Member, Membership, MembershipType, Season
from tests import make

YEAR = Period(PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31))

pytestmark = pytest.mark.usefixtures("in_scope")


def fee_table(amount: object = 120, **more: Any) -> FeeTable:
    kind = more.pop("type", None) or MembershipType.objects.get_or_create(name="Adult")[0]
    given: dict[str, Any] = {"valid_from": date(2026, 1, 1), "begins_on": date(2026, 1, 1)}
    table = FeeTable.objects.create(type=kind, **given | more)
    FeeRow.objects.create(table=table, amount=amount)
    return table


def member(**more: Any) -> Member:
    kind = more.pop("type", None) or MembershipType.objects.get_or_create(name="Adult")[0]
    return make.member(type=kind, **more)


def owed(members: Any = None, period: Period = YEAR) -> dict[int, tuple[Decimal, object]]:
    known = fees.tables()
    found = [each for home in fees.facts(members, period) for each in fees.work_out(home, known, period)]
    return {each.member: (each.amount, each.reason_left_out) for each in found}


class TestFacts:
    def test_whoever_belongs_owes_what_the_table_says(self):
        fee_table("120.50")
        here, applicant = member(), member(state="applicant")
        assert owed() == {here.pk: (Decimal("120.50"), None)}
        assert owed([applicant.pk]) == {applicant.pk: (0, LeftOut.NOT_A_MEMBER)}

    def test_who_left_before_the_period_owes_nothing_for_it(self):
        fee_table()
        gone = member()
        status.leave(gone, date(2025, 12, 31))
        assert owed() == {}
        assert owed(Member.objects.filter(pk=gone.pk)) == {gone.pk: (0, LeftOut.NOT_A_MEMBER)}

    def test_an_exit_that_is_planned_ends_the_part(self):
        fee_table(on_leaving="month")
        leaving = member()
        last = timezone.localdate() + timedelta(days=20)
        status.leave(leaving, last)
        ends = Period(PeriodKind.YEAR, date(last.year, 1, 1), date(last.year, 12, 31))
        assert owed(period=ends)[leaving.pk][0] == last.month * 10

    def test_those_who_live_together_are_found_with_one_of_them(self):
        fee_table()
        eva, liv, other = member(), member(), member()
        home = households.form([eva, liv])
        known = {"kind": "cap", "names": {"en": "At most"}, "effect": "fixed", "valid_from": date(2026, 1, 1)}
        Reduction.objects.create(amount=150, **known)
        found = fees.facts([liv.pk], YEAR)
        assert [(each.household, [one.id for one in each.members]) for each in found] == [(home.pk, [eva.pk, liv.pk])]
        assert owed() == {eva.pk: (120, None), liv.pk: (30, None), other.pk: (120, None)}

    def test_an_email_of_the_household_or_of_a_guardian_reaches_a_child(self):
        fee_table(100)
        Surcharge.objects.create(names={"en": "On paper"}, amount=3, people="no_email", valid_from=date(2026, 1, 1))
        alone, with_guardian = member(), member(birth_date=timezone.localdate() - timedelta(days=3000))
        parent, child = member(email="eva@mail.example"), member()
        households.form([parent, child])
        guardian = Guardian.objects.create(name="Jan", email="jan@mail.example")
        households.entrust(guardian, with_guardian, is_of_household=False)
        assert {key: amount for key, (amount, _why) in owed().items()} == {
            alone.pk: 103,
            with_guardian.pk: 100,
            parent.pk: 100,
            child.pk: 100,
        }

    def test_the_type_of_the_first_day_counts(self):
        youth = MembershipType.objects.create(name="Youth")
        fee_table(), fee_table(60, type=youth)
        changed = member(type=youth)
        Membership.objects.filter(member=changed).update(during=DateRange(None, date(2026, 3, 1)))
        adult = MembershipType.objects.get(name="Adult")
        Membership.objects.create(member=changed, type=adult, during=DateRange(date(2026, 3, 1)))
        assert owed()[changed.pk] == (60, None)
        assert owed(period=Period(PeriodKind.YEAR, date(2027, 1, 1), date(2027, 12, 31)))[changed.pk] == (120, None)

    @pytest.mark.parametrize("number", [2, 6])
    def test_it_costs_as_many_statements_for_many_as_for_few(self, number, django_assert_num_queries):
        fee_table()
        people = [member(email="" if each % 2 else "a@mail.example") for each in range(number)]
        households.form(people)
        member()
        with django_assert_num_queries(7):
            fees.facts(None, YEAR)
        with django_assert_num_queries(7):
            fees.facts([each.pk for each in people], YEAR)
        with django_assert_num_queries(7):
            fees.tables()


class TestPeriods:
    def test_of_a_table_the_present_one_and_the_next(self):
        fee_table(period="quarter", begins_on=date(2020, 2, 1))
        (table,) = fees.tables().tables
        assert fees.periods_of(table, date(2026, 4, 30)) == [
            Period(PeriodKind.QUARTER, date(2026, 2, 1), date(2026, 4, 30)),
            Period(PeriodKind.QUARTER, date(2026, 5, 1), date(2026, 7, 31)),
        ]

    def test_from_the_29th_of_february_they_leave_out_no_day(self):
        fee_table(begins_on=date(2024, 2, 29))
        (table,) = fees.tables().tables
        day, found = date(2024, 2, 29), []
        for _year in range(5):
            period = fees.periods_of(table, day)[0]
            found.append(period)
            day = period.end + timedelta(days=1)
        assert [each.start for each in found] == [
            *(date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)),
            *(date(2027, 2, 28), date(2028, 2, 29)),
        ]

    def test_seasons_are_those_of_the_register(self):
        fee_table(period="season")
        Season.objects.create(name="26", begins_on=date(2026, 8, 1), ends_on=date(2027, 6, 30))
        (table,) = fees.tables().tables
        season = Period(PeriodKind.SEASON, date(2026, 8, 1), date(2027, 6, 30))
        assert fees.periods_of(table, date(2026, 7, 1)) == [season]
        assert fees.periods_of(table, date(2026, 8, 1)) == [season]
        assert fees.periods_of(table, date(2027, 7, 1)) == []

    def test_all_that_can_be_chosen_for_a_run(self):
        fee_table()
        MemberFee.objects.create(member=member(), frequency="month")
        names = [str(each) for each in fees.periods_on(fees.tables(), date(2026, 12, 5))]
        assert names == ["2026", "December 2026", "January 2027", "2027"]

    def test_what_is_paid_once_has_no_end(self):
        fee_table(period="once")
        (period,) = fees.periods_on(fees.tables(), date(2026, 12, 5))
        assert (str(period), period.during) == ("once, from 1 January 2026", DateRange(date(2026, 1, 1)))


class TestWhatTheDatabaseKeeps:
    @pytest.mark.parametrize("ages", [(0, None), (10, 20), (17, 17), (30, None)])
    def test_rows_that_overlap_are_refused(self, ages):
        table = fee_table()
        FeeRow.objects.update(from_age=12, to_age=30)
        with pytest.raises(IntegrityError, match="fee_rows_do_not_overlap"), transaction.atomic():
            FeeRow.objects.create(table=table, from_age=ages[0], to_age=ages[1], amount=1)

    def test_rows_beside_one_another_are_not(self):
        table = fee_table()
        FeeRow.objects.update(from_age=12, to_age=30)
        FeeRow.objects.create(table=table, from_age=0, to_age=11, amount=1)
        FeeRow.objects.create(table=table, from_age=31, amount=1)

    def test_nothing_is_agreed_without_a_reason(self):
        for fields in ({"amount": 5}, {"is_exempt": True}):
            with pytest.raises(IntegrityError, match="member_fee_has_a_reason"), transaction.atomic():
                MemberFee.objects.create(member=member(), **fields)

    def test_each_change_of_an_agreement_is_kept(self, person_of_staff):
        fee = MemberFee.objects.create(member=member(), amount=75, reason="x", changed_by=person_of_staff)
        MemberFee.objects.filter(pk=fee.pk).update(amount=80)
        MemberFee.objects.filter(pk=fee.pk).update(amount=80)
        last, first = MemberFeeChange.objects.all()
        assert (first.old_amount, first.new_amount, first.changed_by) == (None, 75, person_of_staff)
        assert (last.old_amount, last.new_amount, last.old_reason, last.new_reason) == (75, 80, "x", "x")

    def test_and_stays(self):
        MemberFee.objects.create(member=member(), amount=75, reason="x")
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            MemberFeeChange.objects.update(new_amount=1)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            MemberFeeChange.objects.all().delete()

    def test_it_goes_along_when_two_members_become_one(self):
        kept, gone = member(), member()
        for one in (kept, gone):
            MemberFee.objects.create(member=one, amount=75, reason=str(one.pk))
        running.merge(kept, gone)
        assert MemberFee.objects.get().member == kept
        assert {each.member_id for each in MemberFeeChange.objects.all()} == {kept.pk}


@pytest.fixture
def person_of_staff(in_scope: Any) -> Any:
    return make.user()
