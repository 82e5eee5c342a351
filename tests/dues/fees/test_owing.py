"""What one owes, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.dues.fees import HouseholdFacts, LeftOut, OwedKind, Period, Tables, work_out
from kring.dues.fees.owing import Own, Span
from kring.dues.fees.tables import Row
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, SurchargedPeople
from tests.dues.fees.facts import (
    ADULT,
    YEAR,
    YOUTH,
    amounts,
    cap,
    child,
    decision,
    household,
    money,
    nth_child,
    owed,
    person,
    shuffled,
    surcharge,
    table,
    tables,
)

BY_AGE = (Row(0, 5, money(0)), Row(6, 17, money("80.00")), Row(18, None, money("120.00")))


def texts(home, known=None, period=YEAR, key=1) -> list[tuple[str, Decimal]]:
    return [(step.words["en"], step.amount) for step in owed(home, known, period)[key].trace]


class TestAges:
    @pytest.mark.parametrize(
        ("born", "amount"),
        [
            (date(2008, 7, 1), 120),  # turns 18 on the reference date
            (date(2008, 7, 2), 80),
            (date(2020, 7, 1), 80),
            (date(2020, 7, 2), 0),
            (date(2008, 2, 29), 120),
        ],
    )
    def test_the_age_on_the_reference_date_decides(self, born, amount):
        known = tables(table(rows=BY_AGE, age_on=(7, 1)))
        assert owed(person(birth_date=born), known)[1].amount == amount

    def test_without_a_reference_date_the_first_day_of_the_period_decides(self):
        known = tables(table(rows=BY_AGE))
        assert owed(person(birth_date=date(2008, 1, 1)), known)[1].amount == 120
        assert owed(person(birth_date=date(2008, 1, 2)), known)[1].amount == 80

    def test_the_29th_of_february_as_reference_date_is_the_28th_where_there_is_none(self):
        known = tables(table(rows=BY_AGE, age_on=(2, 29)))
        assert owed(person(birth_date=date(2008, 2, 28)), known)[1].amount == 120
        # Born on the 29th: a year older on the 28th.
        assert owed(person(birth_date=date(2008, 2, 29)), known)[1].amount == 120
        assert owed(person(birth_date=date(2008, 3, 1)), known)[1].amount == 80

    def test_a_gap_between_the_ages_leaves_out_with_a_reason(self):
        known = tables(table(rows=(Row(0, 5, money(0)), Row(18, None, money(120)))))
        found = owed(person(birth_date=date(2015, 1, 1)), known)[1]
        assert (found.reason_left_out, found.detail, found.amount) == (LeftOut.NO_ROW, "11", 0)

    def test_without_a_date_of_birth_only_a_fee_for_all_ages_counts(self):
        assert owed(person(birth_date=None), tables(table(rows=BY_AGE)))[1].reason_left_out == LeftOut.NO_BIRTH_DATE
        assert owed(person(birth_date=None), tables(table(50)))[1].amount == 50

    def test_the_words_say_which_row(self):
        assert texts(person(birth_date=date(2010, 1, 1)), tables(table(rows=BY_AGE))) == [
            ("Adult, 6 to 17 years", money("80.00"))
        ]


class TestWhoIsLeftOut:
    def test_those_who_are_not_members_have_died_have_no_type_or_no_table(self):
        everybody = household(
            person(1, belongs=()),
            person(2, state="deceased"),
            person(3, types=()),
            person(4, type=YOUTH),
            person(5),
        )
        assert [(key, each.reason_left_out) for key, each in owed(everybody).items()] == [
            (1, LeftOut.NOT_A_MEMBER),
            (2, LeftOut.DECEASED),
            (3, LeftOut.NO_TYPE),
            (4, LeftOut.NO_TABLE),
            (5, None),
        ]

    def test_a_table_counts_from_its_day_on(self):
        old, new = table(100), table(130, id=2, valid_from=date(2026, 1, 1))
        assert owed(person(), tables(new, old))[1].amount == 130
        assert owed(person(), tables(table(130, valid_from=date(2026, 1, 2)), old))[1].amount == 100
        assert owed(person(), tables(table(130, valid_from=date(2026, 1, 2))))[1].reason_left_out == LeftOut.NO_TABLE

    def test_honorary_members_pay_where_the_table_says_so(self):
        assert owed(person(was="honorary"))[1].reason_left_out == LeftOut.HONORARY
        assert owed(person(was="honorary"), tables(table(honorary_pay=True)))[1].amount == 120

    def test_who_is_exempt_pays_nothing_and_the_reason_is_told(self):
        found = owed(person(own=Own(is_exempt=True, reason="trainer")))[1]
        assert (found.reason_left_out, found.detail) == (LeftOut.EXEMPT, "trainer")

    def test_leaving_before_joining_is_not_being_a_member(self):
        gone = person(belongs=(("active", Span(YEAR.start, date(2026, 3, 1))),), first=date(2026, 5, 1))
        assert owed(gone)[1].reason_left_out == LeftOut.NOT_A_MEMBER
        assert owed(person(leaves_on=date(2025, 12, 1)))[1].reason_left_out == LeftOut.NOT_A_MEMBER

    def test_who_pays_for_other_periods(self):
        quarterly = tables(table(30, kind=PeriodKind.QUARTER))
        assert owed(person(), quarterly)[1].reason_left_out == LeftOut.OTHER_PERIOD
        quarter = Period(PeriodKind.QUARTER, date(2026, 4, 1), date(2026, 6, 30))
        assert owed(person(first=quarter.start, last=quarter.end), quarterly, quarter)[1].amount == 30


class TestParts:
    by_month = tables(table(120, on_joining=ProRata.MONTH, on_leaving=ProRata.MONTH))

    def test_who_joins_in_march_pays_ten_of_twelve_months(self):
        assert texts(person(first=date(2026, 3, 31)), self.by_month) == [
            ("Adult", 120),
            ("member since 31 March 2026: 10 of 12 months", -20),
        ]

    def test_who_leaves_in_june_pays_six_of_twelve(self):
        assert texts(person(last=date(2026, 6, 1)), self.by_month) == [
            ("Adult", 120),
            ("member until 1 June 2026: 6 of 12 months", -60),
        ]

    def test_a_planned_exit_counts_too(self):
        assert owed(person(leaves_on=date(2026, 6, 30)), self.by_month)[1].amount == 60

    def test_both(self):
        assert owed(person(first=date(2026, 3, 1), last=date(2026, 3, 2)), self.by_month)[1].amount == 10

    def test_by_days_and_rounded_half_up(self):
        known = tables(table(100, on_joining=ProRata.DAY))
        assert owed(person(first=date(2026, 12, 31)), known)[1].amount == money("0.27")
        leap = Period(PeriodKind.YEAR, date(2028, 1, 1), date(2028, 12, 31))
        assert owed(person(first=date(2028, 2, 29), last=leap.end), known, leap)[1].amount == money("83.88")

    def test_the_whole_period_where_the_table_says_so(self):
        assert owed(person(first=date(2026, 12, 31)))[1].amount == 120

    def test_a_period_from_the_29th_of_february(self):
        known = tables(table(120, begins_on=date(2024, 2, 29), on_joining=ProRata.MONTH))
        period = Period(PeriodKind.YEAR, date(2026, 2, 28), date(2027, 2, 27))
        joins = person(first=date(2026, 3, 28), last=period.end)
        assert owed(joins, known, period)[1].amount == 110


class TestEntryFee:
    def test_only_who_joins_in_the_period_pays_it_and_whole(self):
        known = tables(table(120, entry_fee=money(25), on_joining=ProRata.MONTH), reductions=(cap(10),))
        found = work_out(household(person(1), person(2, first=date(2026, 7, 1))), known, YEAR)
        assert [(each.member, each.kind, each.amount) for each in found] == [
            (1, OwedKind.PERIOD, 10),
            (2, OwedKind.PERIOD, 0),
            (2, OwedKind.ENTRY, 25),
        ]
        assert found[2].first == date(2026, 7, 1)


class TestHouseholds:
    children = (child(1, date(2012, 1, 1)), child(2, date(2014, 1, 1)), child(3, date(2016, 1, 1)))
    rules = (nth_child(2, 50), nth_child(3, 100, id=6, or_later=True))

    def test_the_second_child_pays_half_and_the_third_nothing(self):
        parent = person(4)
        found = amounts(household(parent, *self.children), tables(reductions=self.rules))
        assert found == {4: 120, 1: 120, 2: 60, 3: 0}

    def test_a_fourth_child_is_one_of_those_after_it(self):
        found = amounts(household(*self.children, child(4, date(2018, 1, 1))), tables(reductions=self.rules))
        assert found[4] == 0

    def test_alone_nobody_is_a_second_child(self):
        for each in self.children:
            assert owed(each, tables(reductions=self.rules))[each.id].amount == 120

    def test_an_older_child_who_joins_in_march_changes_nothing_for_the_others(self):
        known = tables(table(120, on_joining=ProRata.MONTH), reductions=(*self.rules, cap(200, id=8)))
        before = amounts(household(*self.children[1:]), known)
        after = amounts(household(child(1, date(2011, 1, 1), first=date(2026, 3, 1)), *self.children[1:]), known)
        assert before == {2: 120, 3: 60}
        assert after == {2: 120, 3: 60, 1: 0}

    def test_what_was_charged_before_counts_against_the_cap(self):
        known = tables(table(120, on_joining=ProRata.MONTH), reductions=(cap(420),))
        home = household(person(1), person(2), person(3), child(4, date(2015, 1, 1), first=date(2026, 3, 1)))
        found = work_out(home, known, YEAR, {1: money(120), 2: money(120), 3: money(130)})
        assert [(each.member, each.amount) for each in found] == [(4, 50)]

    def test_a_cap_below_one_fee(self):
        assert amounts(household(*self.children), tables(reductions=(cap(50),))) == {1: 50, 2: 0, 3: 0}

    def test_a_cap_is_for_those_who_live_together(self):
        assert owed(person(), tables(reductions=(cap(50),)))[1].amount == 120

    def test_a_cap_of_a_year_is_shared_out_over_its_quarters(self):
        known = tables(table(100, kind=PeriodKind.QUARTER), reductions=(cap("100.01"),))
        found = []
        for month in (1, 4, 7, 10):
            quarter = Period(PeriodKind.QUARTER, date(2026, month, 1), _end_of(month + 2))
            home = household(person(first=quarter.start, last=quarter.end, joined_on=None))
            found.append(amounts(home, known, quarter)[1])
        assert sum(found) == money("100.01")

    def test_what_was_decided_for_one_or_for_the_household(self):
        home = household(person(1), person(2))
        one = decision(20, member=1)
        assert amounts(home, tables(reductions=(one,))) == {1: 100, 2: 120}
        assert amounts(home, tables(reductions=(decision(20, household=7),))) == {1: 100, 2: 100}
        assert amounts(home, tables(reductions=(decision(150, ReductionEffect.FIXED),))) == {1: 120, 2: 120}

    def test_a_reduction_counts_in_its_time(self):
        rules = (decision(20, valid_from=date(2026, 3, 1), valid_until=date(2026, 5, 31)),)
        home = household(person(1), person(2, first=date(2026, 3, 1)), person(3, first=date(2026, 6, 1)))
        assert amounts(home, tables(reductions=rules)) == {1: 120, 2: 100, 3: 120}


def _end_of(month: int) -> date:
    return (date(2026, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class TestAgreements:
    def test_an_agreed_amount_instead_of_the_table(self):
        home = person(own=Own(money("75.50")), birth_date=None)
        known = tables(table(rows=BY_AGE), reductions=(decision(20),))
        assert texts(home, known) == [("Adult, agreed amount", money("75.50"))]

    def test_it_counts_from_its_day_on(self):
        assert owed(person(own=Own(money(75), start=date(2026, 1, 2))))[1].amount == 120
        assert owed(person(own=Own(money(75), start=date(2026, 1, 1))))[1].amount == 75

    def test_another_frequency_has_its_part_and_the_parts_add_up(self):
        home, found = person(own=Own(frequency=PeriodKind.MONTH)), []
        for month in range(1, 13):
            period = Period(PeriodKind.MONTH, date(2026, month, 1), _end_of(month))
            found.append(owed(home, tables(table(100)), period)[1].amount)
        assert sum(found) == 100
        assert set(found) == {money("8.33"), money("8.34")}
        assert owed(home, tables(table(100)))[1].reason_left_out == LeftOut.OTHER_PERIOD

    def test_a_fee_for_a_month_paid_by_the_year(self):
        home = person(own=Own(frequency=PeriodKind.YEAR))
        assert owed(home, tables(table(10, kind=PeriodKind.MONTH)))[1].amount == 120

    def test_a_fee_of_a_season_has_no_months(self):
        season = Period(PeriodKind.SEASON, date(2026, 1, 1), date(2026, 6, 30))
        known = tables(table(100, kind=PeriodKind.SEASON, seasons=(season,)), seasons=(season,))
        assert owed(person(), known, season)[1].amount == 100
        month = Period(PeriodKind.MONTH, date(2026, 1, 1), date(2026, 1, 31))
        found = owed(person(own=Own(frequency=PeriodKind.MONTH)), known, month)[1]
        assert found.reason_left_out == LeftOut.NO_AMOUNT

    def test_what_is_paid_once(self):
        once = Period(PeriodKind.ONCE, date(2020, 1, 1), None)
        known = tables(table(500, kind=PeriodKind.ONCE, on_joining=ProRata.MONTH))
        assert owed(person(first=date(2026, 3, 1), last=None), known, once)[1].amount == 500


class TestSurcharges:
    def test_those_chosen_those_without_email_or_everybody(self):
        home = household(person(1), person(2, has_email=False), person(3))
        chosen = surcharge("2.50", people=SurchargedPeople.CHOSEN, members=frozenset([3]))
        assert amounts(home, tables(surcharges=(chosen,))) == {1: 120, 2: 120, 3: money("122.50")}
        no_email = surcharge("2.50", people=SurchargedPeople.NO_EMAIL)
        assert amounts(home, tables(surcharges=(no_email,))) == {1: 120, 2: money("122.50"), 3: 120}
        once = surcharge("2.50", once_per_household=True)
        assert amounts(home, tables(surcharges=(once,))) == {1: money("122.50"), 2: 120, 3: 120}

    def test_no_cap_is_for_them(self):
        known = tables(surcharges=(surcharge("2.50"),), reductions=(cap(50),))
        assert amounts(household(person(1)), known) == {1: money("52.50")}


class TestWords:
    def test_each_step_is_said_in_all_languages(self):
        known = tables(table(120, on_joining=ProRata.MONTH))
        _fee, part = owed(person(first=date(2026, 3, 1)), known)[1].trace
        assert part.words == {
            "en": "member since 1 March 2026: 10 of 12 months",
            "nl": "lid sinds 1 maart 2026: 10 van de 12 maanden",
            "pl": "członkostwo od 1 marca 2026: miesiące 10 z 12",
        }

    def test_a_percent_sign_in_a_name_is_a_sign(self):
        assert texts(person(), tables(table(name="50% off %(x)s"))) == [("50% off %(x)s", 120)]


# What nobody thought of.

cents = st.integers(0, 100_000).map(lambda number: Decimal(number) / 100)
days = st.dates(YEAR.start, YEAR.end)


@st.composite
def homes(draw) -> HouseholdFacts:
    members = []
    for key in range(1, draw(st.integers(1, 6)) + 1):
        first, last = draw(days), draw(days)
        own = draw(st.none() | st.builds(Own, amount=st.none() | cents, is_exempt=st.booleans(), reason=st.just("x")))
        members.append(
            person(
                key,
                first=first,
                last=last,
                birth_date=draw(st.none() | st.dates(date(1940, 1, 1), date(2026, 1, 1))),
                type=draw(st.sampled_from([YOUTH, ADULT])),
                own=own,
                has_email=draw(st.booleans()),
            )
        )
    return household(*members)


@st.composite
def known(draw) -> Tables:
    def one(key: int):
        ages = sorted(draw(st.sets(st.integers(1, 80), max_size=3)))
        edges = [0, *ages, None]
        rows = tuple(Row(start or 0, None if end is None else end - 1, draw(cents)) for start, end in pairwise(edges))
        parts = st.sampled_from(ProRata)
        return table(
            id=key,
            type=key,
            rows=rows,
            age_on=(7, 1),
            on_joining=draw(parts),
            on_leaving=draw(parts),
            entry_fee=money(5),
        )

    percent = st.integers(1, 100)
    reductions = [cap(draw(cents) + 1, id=1)] if draw(st.booleans()) else []
    for key in range(draw(st.integers(0, 3))):
        reductions.append(nth_child(draw(st.integers(2, 4)), draw(percent), id=10 + key, or_later=draw(st.booleans())))
    for key in range(draw(st.integers(0, 2))):
        effect = draw(st.sampled_from(ReductionEffect))
        amount = draw(percent)
        reductions.append(decision(amount, effect, id=20 + key, member=draw(st.none() | st.integers(1, 6))))
    return Tables((one(YOUTH), one(ADULT)), tuple(reductions))


class TestWhateverTheFacts:
    @given(homes(), known())
    def test_nobody_owes_less_than_nothing_and_the_steps_add_up(self, home, known):
        for each in work_out(home, known, YEAR):
            assert each.amount >= 0
            assert each.amount == sum(step.amount for step in each.trace)
            assert each.amount == each.amount.quantize(Decimal("0.01"))
            assert bool(each.trace) == (each.reason_left_out is None)

    @given(homes(), known())
    def test_the_cap_holds(self, home, known):
        caps = [rule.amount for rule in known.reductions if rule.words == {"en": "at most"}]
        total = sum(amounts(home, known).values())
        assert all(total <= most for most in caps)

    @given(homes(), known(), st.data())
    def test_the_order_of_the_members_does_not_matter(self, home, known, data):
        order = data.draw(st.permutations(range(len(home.members))))
        assert owed(shuffled(home, order), known) == owed(home, known)

    @given(homes(), known(), days)
    def test_whoever_joins_later_changes_nothing_for_those_who_pay_already(self, home, known, day):
        before = owed(home, known)
        latest = max((each.first for each in before.values() if each.first), default=YEAR.start)
        if day > latest:
            newcomer = child(99, date(2015, 1, 1), first=day)
            after = owed(household(newcomer, *home.members), known)
            assert {key: after[key] for key in before} == before

    @given(homes(), known())
    def test_those_charged_before_and_the_others_owe_what_all_would(self, home, known):
        everybody = owed(home, known)
        due = sorted((each.first, key) for key, each in everybody.items() if each.first)
        first = due[0][0] if due else None
        charged = {key: each.amount for key, each in everybody.items() if each.first and each.first == first}
        rest = {each.member: each for each in work_out(home, known, YEAR, charged) if each.kind == OwedKind.PERIOD}
        assert rest == {key: each for key, each in everybody.items() if key not in charged}
