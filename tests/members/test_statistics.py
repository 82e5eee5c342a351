"""Figures about members on any day, who joined and left, jubilees and birthdays (issue 12, point 11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from kring.members import anniversaries, coming_and_going, groups, memberships, statistics, status
from kring.members.models import Member, MembershipType, StatusPeriod
from kring.members.statistics import Table
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")
BANDS = [0, 12, 18, 65]
DAY = date(2026, 6, 15)


def on(day: date, digits: int = 2, country: str = "NL") -> dict[str, Table]:
    found = statistics.on_a_day(day, bands=BANDS, digits=digits, country=country)
    return {table.key: table for table in found}


def numbers(table: Table) -> dict[str, object]:
    return {str(row[0]): row[1] for row in table.rows}


def test_each_table_adds_up_to_the_members_of_the_day_with_a_row_for_what_is_unknown():
    youth = MembershipType.objects.create(name="youth")
    team = groups.create("U8", parent=groups.create("section"))
    liv = make.member(birth_date=date(2016, 6, 15), gender="f", postal_code="2511 AB", type=youth)
    otto = make.member(birth_date=date(1961, 6, 15), gender="m", postal_code="25-11", country="PL")
    make.member()
    groups.put_in(team, [liv, otto], since=date(2025, 5, 1))
    groups.put_in(groups.create("board"), [otto], since=date(2025, 5, 1))
    found = on(DAY)
    for table in found.values():
        assert sum(int(str(row[1])) for row in table.rows) == table.total[1] == 3, table.key
    assert numbers(found["age"]) == {"0–11": 1, "12–17": 0, "18–64": 0, "65 and older": 1, "Unknown": 1}
    assert numbers(found["gender"]) == {"Female": 1, "Male": 1, "Other": 0, "Unknown": 1}
    assert numbers(found["type"]) == {"youth": 1, "None": 2}
    assert numbers(found["postal_code"]) == {"NL 25": 1, "PL 25": 1, "Unknown": 1}
    assert numbers(found["group"]) == {
        "section › U8": 2,
        "board": 1,
        "In no group": 1,
        "In several groups, counted more than once": -1,
    }


def test_the_periods_are_asked_and_not_the_present_status_type_or_group():
    youth, adult = (MembershipType.objects.create(name=name) for name in ("youth", "adult"))
    liv = make.member(joined_on=date(2020, 1, 1), type=youth)
    team = groups.create("U8")
    groups.put_in(team, [liv], since=date(2020, 2, 1))
    memberships.set_type(liv, adult, since=date(2022, 1, 1))
    status.leave(liv, date(2023, 12, 31))
    assert numbers(on(date(2020, 1, 15))["group"]) == {"In no group": 1}
    assert numbers(on(date(2021, 5, 5))["type"]) == {"youth": 1}
    assert numbers(on(date(2023, 12, 31))["type"]) == {"adult": 1}
    assert numbers(on(date(2023, 12, 31))["group"]) == {"U8": 1}
    assert on(date(2024, 1, 1))["age"].total[1] == 0
    assert on(date(2019, 12, 31))["age"].total[1] == 0


def test_applicants_are_no_members_and_the_suspended_are():
    make.member(state="applicant", joined_on=None)
    status.suspend(make.member(), on=date(2026, 1, 1))
    assert on(DAY)["age"].total[1] == 1


def test_somebody_born_on_29_february_is_older_on_the_28th_as_everywhere():
    make.member(birth_date=date(2008, 2, 29))
    assert numbers(on(date(2026, 2, 27))["age"])["12–17"] == 1
    assert numbers(on(date(2026, 2, 28))["age"])["18–64"] == 1


def test_somebody_born_after_the_day_is_counted_as_of_unknown_age():
    make.member(joined_on=date(2010, 1, 1), birth_date=date(2015, 1, 1))
    assert numbers(on(date(2011, 1, 1))["age"])["Unknown"] == 1


def test_the_figures_cost_as_many_statements_for_many_members_as_for_few(django_assert_max_num_queries):
    for _number in range(12):
        groups.put_in(groups.create(f"G{_number}"), [make.member(postal_code=f"{_number}000")])
    with django_assert_max_num_queries(7):
        on(DAY)


@pytest.fixture
def history(in_scope: None) -> dict[str, Member]:
    """Before 2025 three joined, one on a day nobody knows; one left with 2024, one in March 2025 and came back."""
    found = {
        "always": make.member(joined_on=None),
        "stays": make.member(joined_on=date(2020, 4, 1)),
        "leaves": make.member(joined_on=date(2020, 5, 1)),
        "returns": make.member(joined_on=date(2025, 1, 1)),
        "dies": make.member(joined_on=date(2025, 1, 31)),
    }
    status.leave(found["leaves"], date(2024, 12, 31), reason="too busy")
    status.leave(found["returns"], date(2025, 3, 31), reason="moved")
    status.change_status(found["returns"], "active", on=date(2026, 2, 1), reason="moved back")
    status.change_status(found["dies"], "deceased", on=date(2025, 3, 10))
    # Neither joins nor leaves.
    status.suspend(found["stays"], on=date(2025, 6, 1))
    status.change_status(found["stays"], "honorary", on=date(2025, 7, 1))
    return found


@pytest.mark.usefixtures("history")
def test_who_joined_and_left_by_month_with_the_reasons():
    with translation.override("en"):
        months, joining, leaving = coming_and_going.of_year(2025)
    rows = {row[0]: list(row[1:]) for row in months.rows}
    assert (rows["January"], rows["February"], rows["March"]) == ([2, 0, 2, 4], [0, 0, 0, 4], [0, 2, -2, 2])
    assert months.rows[-1][-1] == 2
    assert "2" in months.note
    assert list(months.total[1:4]) == [2, 2, 0]
    assert numbers(joining) == {"Not given": 2}
    assert numbers(leaving) == {"moved": 1, "Not given": 1}


@pytest.mark.usefixtures("history")
def test_what_is_left_at_the_end_of_a_year_is_what_there_is_the_day_after_without_those_who_join_then():
    rows = {row[0]: list(row[1:]) for row in coming_and_going.by_year(2026).rows}
    assert rows["2020"] == [2, 0, 2, 3]
    assert rows["2024"] == [0, 1, -1, 2]
    assert rows["2025"] == [2, 2, 0, 2]
    assert rows["2026"] == [1, 0, 1, 3]
    assert next(iter(rows)) == "2026"
    assert statistics.members_on(date(2026, 2, 1)).count() == 3


def test_a_jubilee_comes_later_by_an_interruption():
    liv = make.member(joined_on=date(2000, 3, 1))
    status.leave(liv, date(2009, 12, 31))
    status.change_status(liv, "active", on=date(2011, 1, 1))
    # 365 days without: 10 years on the 1st of March 2011 instead of 2010, and 25 years in 2026.
    assert anniversaries.jubilees(2010, [10]) == []
    (found,) = anniversaries.jubilees(2011, [10, 25])
    assert (found.member, found.day, found.years) == (liv, date(2011, 3, 1), 10)
    assert [each.years for each in anniversaries.jubilees(2026, [10, 25])] == [25]


def test_a_suspension_does_not_interrupt_and_whoever_left_before_the_day_celebrates_nothing():
    stays, leaves = make.member(joined_on=date(2016, 5, 1)), make.member(joined_on=date(2016, 6, 1))
    status.suspend(stays, on=date(2020, 1, 1))
    status.change_status(stays, "active", on=date(2020, 2, 1))
    status.leave(leaves, date(2026, 5, 31))
    assert [each.member for each in anniversaries.jubilees(2026, [10])] == [stays]


def test_of_whom_nobody_knows_since_when_no_jubilee_is_known():
    old = make.member(joined_on=None)
    status.leave(old, date(2010, 12, 31))
    status.change_status(old, "active", on=date(2016, 1, 1))
    assert anniversaries.jubilees(2026, [10]) == []
    assert anniversaries.unknown_since(DAY) == 1
    assert StatusPeriod.objects.filter(member=old).count() == 3


def test_birthdays_in_their_order_round_ones_by_themselves_and_over_the_end_of_a_year():
    ann, bob = make.member(birth_date=date(1976, 12, 30)), make.member(birth_date=date(1980, 1, 2))
    gone = make.member(birth_date=date(1980, 1, 1))
    status.leave(gone, timezone.localdate() - timedelta(days=1))
    make.member(birth_date=date(1980, 2, 1))
    make.member()
    found = anniversaries.birthdays(date(2026, 12, 28), date(2027, 1, 3))
    assert [(each.member, each.day, each.years) for each in found] == [
        (ann, date(2026, 12, 30), 50),
        (bob, date(2027, 1, 2), 47),
    ]
    assert [each.member for each in anniversaries.birthdays(date(2026, 12, 28), date(2027, 1, 3), every=10)] == [ann]
    only_bob = Member.objects.filter(pk=bob.pk)
    assert [each.member for each in anniversaries.birthdays(date(2026, 12, 28), date(2027, 1, 3), among=only_bob)] == [
        bob
    ]


def test_a_birthday_of_29_february_is_on_the_28th_where_there_is_no_29th():
    make.member(birth_date=date(2004, 2, 29))
    assert [each.day for each in anniversaries.birthdays(date(2026, 2, 1), date(2026, 2, 28))] == [date(2026, 2, 28)]
    assert anniversaries.birthdays(date(2028, 2, 28), date(2028, 2, 28)) == []
    assert [each.years for each in anniversaries.birthdays(date(2028, 2, 29), date(2028, 2, 29))] == [24]
