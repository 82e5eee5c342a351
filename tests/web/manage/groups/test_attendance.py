"""Attendance in the browser, by leaders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Profile, Role
from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.models import Submission
from kring.forms.sheet import QuestionWish
from kring.members import attendance, groups, households
from kring.members.attendance import Tick
from kring.members.models import Attendance, Meeting, Member
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.reading import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(organisation: Any) -> SimpleNamespace:
    """With Liv, whose mother has a phone, and Otto, who leads it and has no role."""
    with scope(organisation):
        group, other = groups.create("U8"), groups.create("U10")
        liv = make.member(first_name="Liv", birth_date=timezone.localdate() - timedelta(days=3000), city="Zeist")
        households.entrust(
            households.add_guardian(None, name="Eva", phone="+31 6 22222222"), liv, is_of_household=False
        )
        user, otto = make.user(), make.member(first_name="Otto")
        Profile.objects.create(user=user)
        Member.objects.filter(pk=otto.pk).update(user=user)
        groups.put_in(group, [liv])
        groups.put_in(group, [otto], part="leader")
        return SimpleNamespace(group=group, other=other, liv=liv, leader=Staff(organisation, user))


def began(team: SimpleNamespace, title: str = "Training") -> Meeting:
    answer = team.leader.act("meeting_new", team.group.pk, on=timezone.localdate().isoformat(), title=title)
    assert answer.status_code == 302, answer.content.decode()
    with scope(team.group.organisation_id):
        found: Meeting = Meeting.objects.get(title=title)
    return found


def marks(team: SimpleNamespace) -> dict[str, str]:
    with scope(team.group.organisation_id):
        return dict(Attendance.objects.values_list("member__first_name", "mark"))


def test_a_leader_begins_a_list_and_ticks_it(team):
    meeting = began(team)
    page = team.leader.page("meeting", team.group.pk, meeting.pk)
    assert "+31 6 22222222" in page.content.decode()
    assert "Zeist" not in page.content.decode()
    sent = fields(page) | {f"mark-{team.liv.pk}": "excused"}
    assert team.leader.act("meeting", team.group.pk, meeting.pk, **sent).status_code == 302
    assert marks(team) == {"Liv": "excused"}
    assert "Liv" in team.leader.page("group_attendance", team.group.pk).content.decode()


def test_leaders_see_the_answers_opened_to_them_and_no_others(team, organisation):
    questions = [
        QuestionWish("text", "Allergies", name="allergies", audience="leaders"),
        QuestionWish("text", "Diagnosis", name="diagnosis", audience="staff"),
        QuestionWish("text", "Hobby", name="hobby"),
    ]
    with scope(organisation):
        version = form_editing.create_form("Members", purpose="member", questions=questions).versions.get()
        answers = {"allergies": "Nuts", "diagnosis": "Secret", "hobby": "Chess"}
        submission = Submission.objects.create(version=version, answers=answers)
        Member.objects.filter(pk=team.liv.pk).update(submission=submission)
    meeting = began(team)
    for page in (team.leader.page("meeting", team.group.pk, meeting.pk), team.leader.page("group", team.group.pk)):
        text = page.content.decode()
        assert "Nuts" in text
        assert "Secret" not in text
        assert "Chess" not in text


def test_all_others_are_present_at_a_press(team):
    meeting = began(team)
    sent = fields(team.leader.page("meeting", team.group.pk, meeting.pk))
    sent |= {f"mark-{team.liv.pk}": "absent", "all": "1"}
    team.leader.act("meeting", team.group.pk, meeting.pk, **sent)
    assert marks(team) == {"Liv": "absent", "Otto": "present"}


def test_what_another_leader_noted_meanwhile_stays_and_is_told(team, organisation):
    meeting = began(team)
    sent = fields(team.leader.page("meeting", team.group.pk, meeting.pk))
    with scope(organisation):
        attendance.note(meeting, {team.liv.pk: Tick("", "present")}, by=None)
    sent |= {f"mark-{team.liv.pk}": "absent"}
    team.leader.act("meeting", team.group.pk, meeting.pk, **sent)
    assert marks(team) == {"Liv": "present"}
    assert "Liv Jansen" in team.leader.page("meeting", team.group.pk, meeting.pk).content.decode()


def test_a_leader_of_one_group_has_nothing_to_do_with_another(team, staff, organisation):
    with scope(organisation):
        theirs = attendance.add_meeting(team.other, on=timezone.localdate(), by=None)
    for route in ("group_attendance", "meeting_new"):
        assert team.leader.page(route, team.other.pk).status_code == 403
    assert team.leader.act("meeting", team.other.pk, theirs.pk).status_code == 403
    # The meeting of another group by the address of one's own.
    for route in ("meeting", "meeting_change", "meeting_removal"):
        assert team.leader.page(route, team.group.pk, theirs.pk).status_code == 404
    assert staff(Role.Name.TREASURER).page("group_attendance", team.group.pk).status_code == 403
    assert staff(Role.Name.SECRETARY).page("group_attendance", team.group.pk).status_code == 200


def test_who_leads_it_no_more_ticks_no_more(team, organisation):
    meeting = began(team)
    with scope(organisation):
        groups.take_out(team.group.places.filter(part="leader"))
    assert team.leader.act("meeting", team.group.pk, meeting.pk, **{f"mark-{team.liv.pk}": "absent"}).status_code == 403


def test_a_meeting_is_changed_and_removed(team):
    meeting = began(team)
    page = team.leader.page("meeting_change", team.group.pk, meeting.pk)
    team.leader.act("meeting_change", team.group.pk, meeting.pk, **(fields(page) | {"title": "Match"}))
    assert "Match" in team.leader.page("group_attendance", team.group.pk).content.decode()
    team.leader.act("meeting_removal", team.group.pk, meeting.pk)
    with scope(team.group.organisation_id):
        assert not Meeting.objects.exists()


@pytest.mark.parametrize("day", ["", "yesterday", "9999-01-01", "0001-01-01"])
def test_a_day_that_cannot_be_is_refused(team, day):
    assert team.leader.act("meeting_new", team.group.pk, on=day, title="").status_code == 422


def test_leaders_see_telephone_numbers_only_of_those_who_are_in_the_group_now(team, organisation):
    meeting = began(team)
    with scope(organisation):
        groups.take_out(team.liv.group_places.all())
    page = team.leader.page("meeting", team.group.pk, meeting.pk).content.decode()
    assert "Liv" in page and "+31 6 22222222" not in page


def test_answers_closed_to_leaders_later_are_closed_also_where_they_were_given_before(team, organisation):
    questions = [QuestionWish("text", "Allergies", name="allergies", audience="leaders")]
    with scope(organisation):
        form = form_editing.create_form("Members", purpose="member", questions=questions)
        submission = Submission.objects.create(version=form.current, answers={"allergies": "Nuts"})
        Member.objects.filter(pk=team.liv.pk).update(submission=submission)
    meeting = began(team)
    assert "Nuts" in team.leader.page("meeting", team.group.pk, meeting.pk).content.decode()
    with scope(organisation):
        form_editing.change_question(form, "allergies", replace(questions[0], audience="staff"))
    assert "Nuts" not in team.leader.page("meeting", team.group.pk, meeting.pk).content.decode()
