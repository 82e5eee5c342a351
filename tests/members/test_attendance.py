"""Attendance of groups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.members import attendance, groups
from kring.members.attendance import Tick, TooManyMeetings
from kring.members.models import Attendance, Group, GroupPlace, Meeting, Member
from kring.organisations.models import AuditEntry
from tests import make
from tests.places.test_at_once import at_once
from tests.refusing import refuses


def training(team: Group, *members: Member, days_ago: int = 0) -> Meeting:
    groups.put_in(team, members)
    return attendance.add_meeting(team, on=timezone.localdate() - timedelta(days=days_ago), by=None)


def marks(meeting: Meeting) -> dict[str, str]:
    return dict(Attendance.objects.filter(meeting=meeting).values_list("member__first_name", "mark"))


@pytest.mark.usefixtures("in_scope")
class TestNoting:
    def test_what_is_ticked_is_noted_with_who_did_it_and_in_the_log(self):
        liv, sem, by = make.member(first_name="Liv"), make.member(first_name="Sem"), make.user()
        meeting = training(groups.create("U10"), liv, sem)
        attendance.note(meeting, {liv.pk: Tick("", "present"), sem.pk: Tick("", "excused")}, by=by)
        assert marks(meeting) == {"Liv": "present", "Sem": "excused"}
        assert set(Attendance.objects.values_list("noted_by", flat=True)) == {by.pk}
        attendance.note(meeting, {liv.pk: Tick("present", "absent"), sem.pk: Tick("excused", "")}, by=by)
        assert marks(meeting) == {"Liv": "absent"}
        entry = AuditEntry.objects.filter(action="attendance.noted", subject_id=str(liv.pk)).latest("pk")
        assert (entry.old["mark"], entry.new["mark"]) == ("present", "absent")

    def test_two_leaders_who_tick_different_people_lose_nothing(self):
        liv, sem = make.member(first_name="Liv"), make.member(first_name="Sem")
        meeting = training(groups.create("U10"), liv, sem)
        assert not attendance.note(meeting, {liv.pk: Tick("", "present"), sem.pk: Tick("", "")}, by=None)
        assert not attendance.note(meeting, {liv.pk: Tick("", ""), sem.pk: Tick("", "absent")}, by=None)
        assert marks(meeting) == {"Liv": "present", "Sem": "absent"}

    def test_who_ticks_somebody_differently_at_the_same_time_is_told_and_the_first_stays(self):
        liv = make.member(first_name="Liv")
        meeting = training(groups.create("U10"), liv)
        attendance.note(meeting, {liv.pk: Tick("", "present")}, by=None)
        assert attendance.note(meeting, {liv.pk: Tick("", "absent")}, by=None) == [liv]
        assert attendance.note(meeting, {liv.pk: Tick("", "present")}, by=None) == []
        assert marks(meeting) == {"Liv": "present"}

    def test_people_of_other_groups_and_marks_that_do_not_exist_are_left_out(self):
        liv, other = make.member(first_name="Liv"), make.member()
        meeting = training(groups.create("U10"), liv)
        ticks = {other.pk: Tick("", "present"), 999_999: Tick("", "present"), liv.pk: Tick("", "late")}
        attendance.note(meeting, ticks, by=None)
        assert marks(meeting) == {}

    def test_the_list_has_who_was_in_the_group_on_that_day(self):
        liv, sem = make.member(first_name="Liv"), make.member(first_name="Sem")
        meeting = training(groups.create("U10"), liv, sem, days_ago=10)
        GroupPlace.objects.filter(member=sem).update(
            joined_on=timezone.localdate() - timedelta(days=90), left_on=timezone.localdate() - timedelta(days=30)
        )
        assert list(attendance.people_at(meeting)) == [liv]

    def test_statements_do_not_grow_with_the_members(self, django_assert_max_num_queries):
        people = [make.member() for _each in range(30)]
        meeting = training(groups.create("U10"), *people)
        with django_assert_max_num_queries(7):
            attendance.note(meeting, {each.pk: Tick("", "present") for each in people}, by=None)

    def test_a_season_is_summed_up_by_member(self):
        liv, sem = make.member(first_name="Liv"), make.member(first_name="Sem")
        team = groups.create("U10")
        first, second = training(team, liv, sem), training(team, days_ago=7)
        attendance.note(first, {liv.pk: Tick("", "present"), sem.pk: Tick("", "absent")}, by=None)
        attendance.note(second, {liv.pk: Tick("", "present")}, by=None)
        found = attendance.totals(team, Meeting.objects.all())
        assert [(each.member.first_name, each.present, each.excused, each.absent) for each in found] == [
            ("Liv", 2, 0, 0),
            ("Sem", 0, 0, 1),
        ]
        assert [each.present for each in attendance.meetings_of(team, None)] == [1, 1]

    def test_a_meeting_that_is_removed_takes_what_was_noted_with_it(self):
        liv = make.member()
        meeting = training(groups.create("U10"), liv)
        attendance.note(meeting, {liv.pk: Tick("", "present")}, by=None)
        attendance.remove_meeting(meeting)
        assert not Attendance.objects.exists()

    def test_nobody_makes_a_thousand_meetings_of_one_day(self):
        team = groups.create("U10")
        for _each in range(attendance.MOST_A_DAY):
            training(team)
        with refuses(TooManyMeetings):
            training(team)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_both_kept(organisation):
    with scope(organisation):
        people = [make.member() for _each in range(2)]
        meeting = training(groups.create("U10"), *people)

    def one(number: int) -> None:
        with scope(organisation):
            attendance.note(meeting, {people[number].pk: Tick("", "present")}, by=None)

    at_once(one, 2)
    with scope(organisation):
        assert len(marks(meeting)) == 2
