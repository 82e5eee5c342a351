"""The day of joining, corrected: column and periods say the same, and so do the statistics."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kring.members import keeping, statistics, status
from kring.members.keeping import Change
from kring.members.models import Member, Membership, MembershipType, StatusPeriod
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")


def periods(member: Member, model: Any = StatusPeriod) -> list[tuple[date | None, date | None]]:
    rows = model.objects.filter(member=member).order_by("during")
    return [(row.during.lower, row.during.upper) for row in rows]


@pytest.mark.parametrize("day", [date(2010, 5, 1), date(2023, 1, 1), None])
def test_status_and_type_begin_on_the_corrected_day(day):
    member = make.member(joined_on=date(2020, 1, 1), type=MembershipType.objects.create(name="adult"))
    keeping.change(member, {"joined_on": day}, by=None)
    assert periods(member) == periods(member, Membership) == [(day, None)]
    assert statistics.members_on(date(2015, 1, 1)).count() == (day != date(2023, 1, 1))


def test_a_day_that_was_not_known_is_filled_in():
    member = make.member(joined_on=None)
    keeping.change(member, {"joined_on": date(2020, 1, 1)}, by=None)
    assert periods(member) == [(date(2020, 1, 1), None)]


@pytest.mark.parametrize("day", [date(2021, 6, 1), date(2025, 6, 1)])
def test_the_time_away_ends_where_the_present_time_begins(day):
    member = make.member(joined_on=date(2010, 1, 1))
    status.leave(member, date(2019, 12, 31))
    status.change_status(member, "active", on=date(2024, 1, 1))
    keeping.change(member, {"joined_on": day}, by=None)
    assert periods(member) == [(date(2010, 1, 1), date(2020, 1, 1)), (date(2020, 1, 1), day), (day, None)]


def test_periods_never_lose_their_last_day():
    member = make.member(joined_on=date(2010, 1, 1))
    status.leave(member, date(2019, 12, 31))
    status.change_status(member, "active", on=date(2024, 1, 1))
    before = periods(member)
    keeping.change(member, {"joined_on": date(2015, 1, 1)}, by=None)
    assert periods(member) == before


def test_whoever_was_suspended_meanwhile_is_so_still():
    member = make.member(joined_on=date(2010, 1, 1))
    status.suspend(member, on=date(2020, 1, 1))
    keeping.change(member, {"joined_on": date(2012, 1, 1)}, by=None)
    assert periods(member) == [(date(2012, 1, 1), date(2020, 1, 1)), (date(2020, 1, 1), None)]


def test_many_are_corrected_by_as_many_statements_as_few(django_assert_max_num_queries):
    members = [make.member(joined_on=date(2020, 1, 1)) for _number in range(20)]
    with django_assert_max_num_queries(12):
        keeping.change_many([Change(each.pk, {"joined_on": date(2019, 1, 1)}) for each in members], by=None)
    assert {periods(each)[0] for each in members} == {(date(2019, 1, 1), None)}
