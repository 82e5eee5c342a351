"""The status of members, by hand and by the clock (M1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.members import groups, memberships, status
from kring.members.models import GroupPlace, Member, MembershipType, PlannedStatus, StatusPeriod
from kring.members.refusals import BeforeThePresentStatus, Overlapping
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
State = Member.State


def today() -> date:
    return timezone.localdate()


def days(number: int) -> timedelta:
    return timedelta(days=number)


def periods(member: Member) -> list[tuple[str, date | None, date | None]]:
    rows = StatusPeriod.objects.filter(member=member).order_by("during")
    return [(row.state, row.during.lower, row.during.upper) for row in rows]


def test_who_leaves_is_a_member_until_the_end_of_the_last_day():
    member = make.member(joined_on=date(2020, 1, 1))
    assert status.leave(member, today() - days(3), reason="moved abroad")
    assert (member.state, member.left_on) == (State.LEFT, today() - days(3))
    assert periods(member) == [("active", date(2020, 1, 1), today() - days(2)), ("left", today() - days(2), None)]


def test_an_exit_to_come_happens_by_the_clock():
    member = make.member()
    assert not status.leave(member, today() + days(30), reason="notice")
    assert member.state == State.ACTIVE
    assert status.carry_out_plans() == 0
    PlannedStatus.objects.update(on=today())
    assert status.carry_out_plans() == 1
    member.refresh_from_db()
    assert (member.state, member.left_on) == (State.LEFT, today() - days(1))
    assert status.carry_out_plans() == 0


def test_an_entry_to_come_happens_by_the_clock():
    member = make.member(state=State.APPLICANT, joined_on=None)
    status.change_status(member, State.ACTIVE, on=today() + days(10))
    PlannedStatus.objects.update(on=today())
    status.carry_out_plans()
    member.refresh_from_db()
    assert (member.state, member.joined_on) == (State.ACTIVE, today())


def test_who_comes_again_keeps_number_and_history():
    member = make.member(joined_on=date(2020, 1, 1))
    number = member.number
    status.leave(member, date(2022, 6, 30))
    status.change_status(member, State.ACTIVE, on=date(2024, 9, 1))
    assert (member.number, member.joined_on, member.left_on) == (number, date(2024, 9, 1), None)
    assert [state for state, *_ in periods(member)] == ["active", "left", "active"]


def test_a_suspension_ends_by_the_clock():
    member = make.member()
    status.suspend(member, last_day=today() + days(5))
    assert member.state == State.SUSPENDED
    PlannedStatus.objects.update(on=today() + days(0))
    status.carry_out_plans()
    member.refresh_from_db()
    assert member.state == State.ACTIVE


def test_a_suspended_member_who_gave_notice_still_leaves():
    member = make.member()
    status.leave(member, today() + days(20))
    status.suspend(member, last_day=today() + days(10))
    assert set(PlannedStatus.objects.values_list("state", flat=True)) == {"left", "active"}


def test_who_has_died_is_planned_nothing_more():
    member = make.member()
    status.leave(member, today() + days(20))
    status.change_status(member, State.DECEASED)
    assert not PlannedStatus.objects.exists()
    assert AuditEntry.objects.filter(action="member.plan_dropped").exists()


def test_a_status_does_not_begin_before_the_present_one():
    member = make.member(joined_on=date(2025, 1, 1))
    with refuses(BeforeThePresentStatus):
        status.leave(member, date(2024, 6, 1))


def test_a_status_out_of_the_table_of_moves_is_refused():
    member = make.member()
    with refuses(WrongState):
        status.change_status(member, State.APPLICANT)
    with refuses(WrongState):
        status.change_status(member, State.APPLICANT, on=today() + days(1))


def test_who_leaves_leaves_type_and_groups_and_keeps_the_data():
    kind = MembershipType.objects.create(name="Adults")
    member = make.member(type=kind, city="Zeist", joined_on=date(2025, 1, 1))
    groups.put_in(groups.create("Choir"), [member], since=date(2025, 2, 1))
    status.leave(member, date(2026, 3, 31))
    assert member.memberships.get().during.upper == date(2026, 4, 1)
    assert GroupPlace.objects.get().left_on == date(2026, 3, 31)
    assert member.city == "Zeist"


@pytest.mark.parametrize(
    ("months", "until", "last_day"),
    [
        (0, "day", date(2026, 5, 12)),
        (1, "day", date(2026, 6, 12)),
        (1, "month", date(2026, 6, 30)),
        (0, "quarter", date(2026, 6, 30)),
        (2, "quarter", date(2026, 9, 30)),
        (3, "year", date(2026, 12, 31)),
        (8, "year", date(2027, 12, 31)),
    ],
)
def test_notice_is_worked_out_by_the_type(months, until, last_day):
    kind = MembershipType(name="Adults", notice_months=months, notice_until=until)
    assert memberships.earliest_last_day(kind, date(2026, 5, 12)) == last_day


def test_notice_on_the_last_of_a_long_month_ends_in_a_short_one():
    kind = MembershipType(name="Adults", notice_months=1)
    assert memberships.earliest_last_day(kind, date(2027, 1, 31)) == date(2027, 2, 28)


def test_another_type_ends_the_present_one():
    youth, adults = (MembershipType.objects.create(name=name) for name in ("Youth", "Adults"))
    member = make.member(type=youth, joined_on=date(2024, 1, 1))
    memberships.set_type(member, adults, since=date(2026, 1, 1))
    assert [(each.type.name, each.during.upper) for each in member.memberships.all()] == [
        ("Youth", date(2026, 1, 1)),
        ("Adults", None),
    ]
    assert memberships.present_type(member, date(2025, 12, 31)) == youth


def test_memberships_do_not_overlap():
    youth, adults = (MembershipType.objects.create(name=name) for name in ("Youth", "Adults"))
    member = make.member(type=youth, joined_on=date(2024, 1, 1))
    memberships.set_type(member, adults, since=date(2027, 1, 1))
    with refuses(Overlapping):
        memberships.set_type(member, adults, since=date(2026, 1, 1))
