"""Leaving in the portal (M3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.members import giving_notice, households, memberships, status
from kring.members.giving_notice import LeavesAlready, MayNotDecide, OtherLastDay
from kring.members.models import Guardianship, Member, MembershipType, PlannedStatus
from tests import make
from tests.members.test_requesting import mother_and_child, with_login
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def give(user, member: Member, **how) -> date:
    return giving_notice.give_notice(user, member, seen=giving_notice.leaving_of(member).last_day, **how)


def test_the_last_day_follows_from_the_type_and_the_clock_does_the_rest():
    kind = MembershipType.objects.create(name="Adult", notice_months=1, notice_until="year")
    user, anna = with_login(type=kind)
    last_day = give(user, anna, reason="We move.")
    assert last_day == memberships.earliest_last_day(kind, timezone.localdate())
    assert (last_day.month, last_day.day) == (12, 31)
    planned = PlannedStatus.objects.get()
    assert (planned.on, planned.is_notice, planned.reason) == (last_day + timedelta(days=1), True, "We move.")
    PlannedStatus.objects.update(on=timezone.localdate())
    status.carry_out_plans()
    anna.refresh_from_db()
    assert anna.state == "left"


def test_staff_and_the_member_get_a_mail_each_time(in_scope):
    user, anna = with_login()
    give(user, anna, reason="We move.")
    giving_notice.withdraw_notice(user, anna)
    sent = list(Message.objects.order_by("pk").values_list("template", "recipient"))
    assert sent == [
        ("member-notice-given", user.email),
        ("member-notice-given-staff", in_scope.contact_email),
        ("member-notice-withdrawn", user.email),
        ("member-notice-withdrawn-staff", in_scope.contact_email),
    ]
    assert "We move." in Message.objects.get(template="member-notice-given-staff").text


def test_staff_are_not_told_each_time_somebody_changes_their_mind(in_scope):
    user, anna = with_login()
    for _time in range(5):
        give(user, anna)
        giving_notice.withdraw_notice(user, anna)
    to_staff = Message.objects.filter(recipient=in_scope.contact_email).order_by("pk")
    assert [each.template for each in to_staff] == ["member-notice-given-staff", "member-notice-withdrawn-staff"]
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    give(user, anna)
    assert to_staff.last().template == "member-notice-given-staff"


def test_whose_right_has_ended_is_not_told_what_became_of_the_notice():
    mother, _eva, liv = mother_and_child()
    give(mother, liv)
    Guardianship.objects.all().delete()
    Message.objects.all().delete()
    giving_notice.drop(PlannedStatus.objects.get())
    assert not Message.objects.exists()


def test_it_can_be_withdrawn_until_the_last_day():
    user, anna = with_login()
    give(user, anna)
    giving_notice.withdraw_notice(user, anna)
    assert not PlannedStatus.objects.exists()
    with refuses(WrongState):
        giving_notice.withdraw_notice(user, anna)


def test_an_exit_recorded_by_staff_is_not_the_members_to_withdraw():
    user, anna = with_login()
    status.leave(anna, timezone.localdate() + timedelta(days=30), by=make.user())
    with refuses(WrongState):
        giving_notice.withdraw_notice(user, anna)
    with refuses(LeavesAlready):
        give(user, anna)


def test_staff_who_drop_a_notice_say_so_to_whoever_gave_it():
    user, anna = with_login()
    give(user, anna)
    giving_notice.drop(PlannedStatus.objects.get())
    assert Message.objects.latest("pk").recipient == user.email
    assert not PlannedStatus.objects.exists()


def test_another_last_day_than_the_one_shown_is_shown_first():
    user, anna = with_login()
    with refuses(OtherLastDay):
        giving_notice.give_notice(user, anna, seen=timezone.localdate() - timedelta(days=1))
    assert not PlannedStatus.objects.exists()


def test_for_a_child_a_guardian_with_the_right_to_decide_gives_notice():
    user, _eva, liv = mother_and_child()
    Guardianship.objects.update(may_decide=False)
    with refuses(MayNotDecide):
        give(user, liv)
    Guardianship.objects.update(may_decide=True)
    give(user, liv)
    households.end(Guardianship.objects.get())
    with refuses(MayNotDecide):
        giving_notice.withdraw_notice(user, liv)


def test_a_minor_with_a_guardian_does_not_leave_alone():
    _user, _eva, liv = mother_and_child()
    login = make.user()
    Member.objects.filter(pk=liv.pk).update(user=login)
    with refuses(MayNotDecide):
        give(login, liv)


def test_who_has_left_does_not_leave_again():
    user, anna = with_login(state="left", left_on=timezone.localdate())
    with refuses(WrongState):
        give(user, anna)
