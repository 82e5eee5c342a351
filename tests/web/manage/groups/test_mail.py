"""Email to the people of a group."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Profile, Role
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.members import group_mail, groups, households, status
from kring.members.group_mail import TooManyGroupMails
from kring.members.models import Member
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses
from tests.web.manage.conftest import Staff
from tests.web.reading import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(organisation: Any) -> SimpleNamespace:
    """With the siblings Liv and Sem, whose mother has an address; Ben, who is suspended; Otto leads it."""
    with scope(organisation):
        group = groups.create("U8")
        born = timezone.localdate() - timedelta(days=3000)
        liv, sem = (make.member(first_name=name, birth_date=born, email="") for name in ("Liv", "Sem"))
        eva = households.add_guardian(None, name="Eva Jansen", email="eva@mail.example")
        for each in (liv, sem):
            households.entrust(eva, each, is_of_household=False)
        user, otto = make.user(), make.member(first_name="Otto", birth_date=None, email="otto@mail.example")
        Profile.objects.create(user=user)
        Member.objects.filter(pk=otto.pk).update(user=user)
        ben = make.member(first_name="Ben", birth_date=None, email="ben@mail.example")
        groups.put_in(group, [liv, sem, ben])
        groups.put_in(group, [otto], part="leader")
        status.change_status(ben, "suspended")
        part = groups.create("Keepers", parent=group)
        groups.put_in(part, [make.member(birth_date=None, email="ada@mail.example")])
        return SimpleNamespace(group=group, part=part, leader=Staff(organisation, user), user=user)


WORDS = {"subject": "Training {first_name}", "text": "Hello {reader}, **no training** today."}


def write(team: SimpleNamespace, **more: str) -> Any:
    words = {"audience": "members"} | WORDS | more
    page = team.leader.act("group_mail", team.group.pk, **words)
    assert page.status_code == 200, page.content.decode()
    number = fields(page)["number"]
    return team.leader.act("group_mail", team.group.pk, send="1", number=number, **words)


def recipients(organisation: Any) -> list[str]:
    with scope(organisation):
        return sorted(Message.objects.values_list("recipient", flat=True))


def test_a_leader_sees_the_mail_and_sends_one_to_each_address(team, organisation):
    page = team.leader.act("group_mail", team.group.pk, audience="members", **WORDS).content.decode()
    assert "2 emails are sent" in page
    assert "Hello Eva Jansen" in page
    assert recipients(organisation) == []
    assert write(team).status_code == 302
    assert recipients(organisation) == ["eva@mail.example", "otto@mail.example"]
    with scope(organisation):
        assert "Hello Eva Jansen" in Message.objects.get(recipient="eva@mail.example").text
        assert AuditEntry.objects.filter(action="group.mailed").exists()


def test_only_guardians_or_the_groups_within_too(team, organisation):
    write(team, audience="guardians")
    assert recipients(organisation) == ["eva@mail.example"]
    write(team, with_parts="on", subject="All")
    assert "ada@mail.example" in recipients(organisation)


def test_a_leader_of_another_group_and_who_only_looks_write_nothing(team, staff, organisation):
    with scope(organisation):
        other = groups.create("U10")
    assert team.leader.page("group_mail", other.pk).status_code == 403
    assert staff(Role.Name.TREASURER).page("group_mail", team.group.pk).status_code == 403
    assert staff(Role.Name.SECRETARY).page("group_mail", team.group.pk).status_code == 200


def test_nobody_writes_a_thousand_times(team, organisation):
    with scope(organisation):
        people = group_mail.people_of(team.group, with_parts=False)
        for number in range(group_mail.MOST_A_DAY):
            group_mail.send(team.group, people, subject=f"{number}", text="Hello", by=team.user)
        with refuses(TooManyGroupMails):
            group_mail.send(team.group, people, subject="More", text="Hello", by=team.user)


def test_a_placeholder_that_does_not_exist_is_refused(team, organisation):
    page = team.leader.act("group_mail", team.group.pk, audience="members", subject="{salary}", text="Hello")
    assert page.status_code == 422
    assert recipients(organisation) == []
