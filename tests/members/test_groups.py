"""Groups, teams, and who is in them."""

from __future__ import annotations

from datetime import date

import pytest

from kring.core.refusals import WrongState
from kring.members import groups, status
from kring.members.models import GroupPlace, Season
from kring.members.refusals import GroupFull, InACircle, InUse, Retired
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def test_a_member_is_put_into_a_group_once():
    team, member = groups.create("U8"), make.member()
    assert groups.put_in(team, [member, member]) == 1
    assert groups.put_in(team, [member]) == 0


def test_a_season_has_places_of_its_own():
    team, member = groups.create("U8", capacity=1), make.member()
    this, next_ = (
        Season.objects.create(name=str(year), begins_on=date(year, 8, 1), ends_on=date(year + 1, 7, 31))
        for year in (2026, 2027)
    )
    assert groups.put_in(team, [member], season=this) == 1
    assert groups.put_in(team, [member], season=next_) == 1


def test_a_group_has_so_many_places_and_leaders_take_none():
    team = groups.create("U8", capacity=2)
    groups.put_in(team, [make.member(), make.member()])
    groups.put_in(team, [make.member()], part="leader")
    with refuses(GroupFull):
        groups.put_in(team, [make.member()])


def test_only_those_who_belong_are_put_into_groups():
    team, member = groups.create("U8"), make.member(joined_on=date(2020, 1, 1))
    status.leave(member, date(2021, 1, 1))
    with refuses(WrongState):
        groups.put_in(team, [member])


def test_a_group_is_no_part_of_its_own_parts():
    section = groups.create("Youth")
    team = groups.create("U8", parent=section)
    squad = groups.create("Keepers", parent=team)
    with refuses(InACircle):
        groups.change(section, parent=squad)
    with refuses(InACircle):
        groups.change(section, parent=section)


def test_a_leader_leads_what_is_within_the_group():
    section = groups.create("Youth")
    team = groups.create("U8", parent=section)
    groups.create("Seniors")
    trainer = make.member()
    trainer.user = make.user()
    trainer.save()
    groups.put_in(section, [trainer], part="leader")
    assert set(groups.led_by(trainer.user)) == {section, team}


def test_a_leader_who_leaves_or_is_suspended_leads_no_more():
    team, trainer = groups.create("U8"), make.member()
    trainer.user = make.user()
    trainer.save()
    groups.put_in(team, [trainer], part="leader")
    status.suspend(trainer)
    assert not groups.led_by(trainer.user)


def test_a_group_with_a_history_is_retired_and_not_removed():
    team, member = groups.create("U8"), make.member()
    groups.put_in(team, [member])
    with refuses(InUse):
        groups.remove(team)
    groups.retire(team)
    assert GroupPlace.objects.get().left_on is not None
    with refuses(Retired):
        groups.put_in(team, [member])
