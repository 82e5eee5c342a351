"""Groups in the browser: the tree, who is in them, seasons, and what leaders see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kring.accounts.models import Profile, Role
from kring.accounts.roles import give
from kring.core.tenancy import scope
from kring.events.models import Attraction
from kring.members import groups, households, lines, status
from kring.members.models import Group, GroupPlace, Member, Season, WaitingMember
from kring.registrations.models import Registration
from tests import make
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import URLCONF, Staff, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def section(organisation: Any) -> Group:
    with scope(organisation):
        return groups.create("Youth")


@pytest.fixture
def team(organisation: Any, section: Group) -> Group:
    with scope(organisation):
        return groups.create("U8", parent=section, capacity=2)


@pytest.fixture
def liv(organisation: Any) -> Member:
    with scope(organisation):
        return make.member(
            first_name="Liv",
            last_name="Jansen",
            birth_date=timezone.localdate() - timedelta(days=3000),
            phone="+31 6 11111111",
            email="liv@example.org",
            street="Laan",
        )


@pytest.fixture
def leader(organisation: Any, team: Group) -> Staff:
    """Somebody without a role of staff, who leads the team."""
    with scope(organisation):
        user = make.user()
        Profile.objects.create(user=user)
        otto = make.member(first_name="Otto")
        Member.objects.filter(pk=otto.pk).update(user=user)
        give(user, Role.Name.MEMBER)
        groups.put_in(team, [otto], part="leader")
        return Staff(organisation, user)


def places(organisation: Any) -> list[tuple[str, str, str]]:
    with scope(organisation):
        rows = GroupPlace.objects.current().order_by("member__sorting")
        return list(rows.values_list("member__first_name", "group__name", "part"))


def test_a_group_is_made_within_another_and_moved_to_the_top(secretary, section, organisation):
    secretary.act("group_new", name="U8", parent=section.pk, capacity="12")
    with scope(organisation):
        made = Group.objects.get(name="U8")
        assert (made.parent, made.capacity) == (section, 12)
    secretary.act("group_change", made.pk, name="U8", parent="", capacity="")
    with scope(organisation):
        made.refresh_from_db()
        assert (made.parent, made.capacity) == (None, None)


def test_a_group_is_offered_no_place_within_itself(secretary, section, team):
    page = secretary.act("group_change", section.pk, name="Youth", parent=team.pk)
    assert "parent" in page.context["form"].errors


def test_a_name_twice_in_one_place_is_refused(secretary, section, team):
    page = secretary.act("group_new", name="U8", parent=section.pk)
    assert page.status_code == 422


def test_the_tree_counts_everybody_once_with_all_within(secretary, section, team, liv, organisation):
    with scope(organisation):
        groups.put_in(section, [liv])
        groups.put_in(team, [liv, make.member()])
    found = {
        each.group.name: (each.depth, each.own, each.people) for each in secretary.page("groups").context["branches"]
    }
    assert found == {"Youth": (0, 1, 2), "U8": (1, 2, 2)}


def test_the_tree_costs_as_many_statements_for_many_groups_as_for_few(
    secretary, section, organisation, django_assert_max_num_queries
):
    with scope(organisation):
        for number in range(12):
            groups.put_in(groups.create(f"T{number}", parent=section), [make.member()])
    with django_assert_max_num_queries(12):
        secretary.page("groups")


def test_members_are_found_by_name_and_number_several_at_once_and_put_in(secretary, team, liv, organisation):
    with scope(organisation):
        ben = make.member(first_name="Ben", last_name="Bos")
        make.member(first_name="Cas", last_name="Vos")
    page = secretary.act("group_adding", team.pk, q=f"jansen, {ben.number} bos", search="1", part="participant")
    assert page.status_code == 200
    assert {int(key) for key, _label in page.context["form"].fields["members"].choices} == {liv.pk, ben.pk}
    secretary.act("group_adding", team.pk, members=[liv.pk, ben.pk], part="participant")
    assert places(organisation) == [("Ben", "U8", "participant"), ("Liv", "U8", "participant")]


def test_whoever_is_ticked_stays_ticked_when_one_looks_for_another(secretary, team, liv):
    page = secretary.act("group_adding", team.pk, q="nobody", members=[liv.pk], search="1", part="participant")
    assert page.content.decode().count(" checked") == 1


def test_a_full_group_says_so_and_nobody_is_put_in(secretary, team, liv, organisation):
    with scope(organisation):
        groups.put_in(team, [make.member(), make.member()])
    page = secretary.act("group_adding", team.pk, members=[liv.pk], part="participant")
    assert page.status_code == 422
    assert "2 of 2" in page.content.decode()


def test_a_place_given_by_hand_names_those_passed_over_and_ends_the_waiting(secretary, team, liv, organisation):
    with scope(organisation):
        groups.change(team, capacity=1)
        first, other = make.member(first_name="Ann"), make.member(first_name="Bo")
        groups.put_in(team, [first])
        lines.let_wait(team, liv, by=None)
        lines.let_wait(team, other, by=None)
        groups.change(team, capacity=2)
    answer = secretary.act("member_groups", liv.pk, group=team.pk, part="participant")
    page = secretary.get(answer.url).content.decode()
    assert f"1 person waits for a place in “{team.name}” and was passed over." in page
    with scope(organisation):
        assert [each.member for each in WaitingMember.objects.all()] == [other]


def test_nobody_ticked_is_said(secretary, team):
    assert secretary.act("group_adding", team.pk, part="participant").status_code == 422


def test_whoever_left_cannot_be_put_in(secretary, team, liv, organisation):
    with scope(organisation):
        status.leave(liv, timezone.localdate() - timedelta(days=1))
    assert secretary.act("group_adding", team.pk, members=[liv.pk], part="participant").status_code == 422


def test_people_are_made_leaders_and_taken_out_and_stay_on_record(secretary, team, liv, organisation):
    with scope(organisation):
        groups.put_in(team, [liv])
        place = GroupPlace.objects.get()
    secretary.act("group_people", team.pk, pick=place.pk, act="leader")
    assert places(organisation) == [("Liv", "U8", "leader")]
    secretary.act("group_people", team.pk, pick=place.pk, act="out")
    assert places(organisation) == []
    assert "Jansen, Liv" in secretary.page("group", team.pk).content.decode()


def test_a_leader_becomes_a_participant_only_where_there_is_a_place(secretary, team, liv, organisation):
    with scope(organisation):
        groups.put_in(team, [make.member(), make.member()])
        groups.put_in(team, [liv], part="leader")
        place = GroupPlace.objects.get(part="leader")
    secretary.act("group_people", team.pk, pick=place.pk, act="participant")
    with scope(organisation):
        place.refresh_from_db()
        assert place.part == "leader"


def test_a_place_ends_with_its_season(secretary, team, liv, organisation):
    secretary.act("season_new", name="2024", begins_on="2024-08-01", ends_on="2025-07-31")
    with scope(organisation):
        season = Season.objects.get()
        groups.put_in(team, [liv], season=season)
    assert places(organisation) == []
    secretary.act("season", season.pk, name="2024/27", begins_on="2024-08-01", ends_on="2099-07-31")
    assert places(organisation) == [("Liv", "U8", "participant")]


def test_a_season_ends_after_it_begins(secretary):
    page = secretary.act("season_new", name="2024", begins_on="2024-08-01", ends_on="2023-07-31")
    assert page.status_code == 422


def test_a_group_no_longer_used_takes_those_within_along_and_can_be_used_again(
    secretary, section, team, liv, organisation
):
    with scope(organisation):
        groups.put_in(team, [liv], since=timezone.localdate() + timedelta(days=9))
    assert "1 person" in secretary.page("group_retirement", section.pk).content.decode()
    secretary.act("group_retirement", section.pk)
    assert places(organisation) == []
    secretary.act("group_restoring", team.pk)
    with scope(organisation):
        assert not Group.objects.in_use().exists()
    secretary.act("group_restoring", section.pk)
    with scope(organisation):
        assert list(Group.objects.in_use()) == [section]


def test_only_a_group_nobody_was_in_is_removed(secretary, section, team, organisation):
    secretary.act("group_removal", section.pk)
    secretary.act("group_removal", team.pk)
    with scope(organisation):
        assert list(Group.objects.all()) == [section]


def test_only_a_season_that_nothing_is_for_is_removed(secretary, team, liv, organisation):
    with scope(organisation):
        days = {"begins_on": date(2024, 8, 1), "ends_on": date(2025, 7, 31)}
        spare, used, entered = (groups.create_season(name, **days) for name in ("Spare", "Used", "Entered"))
        groups.put_in(team, [liv], season=used)
        make.attraction(group=team, season=entered)
    for each in (spare, used, entered):
        assert "Only a season" in secretary.page("season_removal", each.pk).content.decode()
        secretary.act("season_removal", each.pk)
    with scope(organisation):
        assert list(Season.objects.order_by("pk")) == [used, entered]


def test_a_group_that_an_attraction_leads_into_is_not_removed(secretary, team, organisation):
    """Whoever enrols would be put nowhere."""
    with scope(organisation):
        attraction = make.attraction(group=team)
    secretary.act("group_removal", team.pk)
    with scope(organisation):
        attraction.refresh_from_db()
        assert attraction.group == team


def test_a_member_is_put_into_a_group_from_their_page(secretary, team, liv, organisation):
    secretary.act("member_groups", liv.pk, group=team.pk, part="participant")
    assert places(organisation) == [("Liv", "U8", "participant")]


def test_a_leader_sees_names_and_phones_and_nothing_else(leader, team, liv, organisation):
    with scope(organisation):
        groups.put_in(team, [liv])
        mother = households.add_guardian(None, name="Eva Jansen", phone="+31 6 22222222", email="eva@example.org")
        households.entrust(mother, liv, is_of_household=False)
        gone = make.member(last_name="Gone")
        groups.put_in(team, [gone])
        groups.take_out(GroupPlace.objects.filter(member=gone))
    page = leader.page("group", team.pk).content.decode()
    assert "Jansen, Liv" in page
    assert "+31 6 11111111" in page
    assert "Eva Jansen" in page
    assert "+31 6 22222222" in page
    for kept in ("liv@example.org", "eva@example.org", "Laan", "Gone", f"/members/{liv.pk}/", 'name="pick"'):
        assert kept not in page, kept


def test_phones_of_guardians_are_gone_when_the_child_is_of_age(leader, team, liv, organisation):
    with scope(organisation):
        groups.put_in(team, [liv])
        mother = households.add_guardian(None, name="Eva Jansen", phone="+31 6 22222222")
        households.entrust(mother, liv, is_of_household=False)
        Member.objects.filter(pk=liv.pk).update(birth_date=date(2000, 1, 1))
    assert "+31 6 22222222" not in leader.page("group", team.pk).content.decode()


def test_a_leader_sees_own_groups_with_all_within_and_no_others(leader, section, team, organisation):
    with scope(organisation):
        inner = groups.create("U8 girls", parent=team)
    assert [each.group for each in leader.page("groups").context["branches"]] == [team, inner]
    assert leader.page("group", inner.pk).status_code == 200
    assert leader.page("group", section.pk).status_code == 403
    assert leader.page("members").status_code == 403
    assert leader.act("group_people", team.pk, act="out").status_code == 403


@pytest.mark.parametrize("how", ["suspended", "left", "taken out", "participant", "season over", "no longer used"])
def test_who_leads_no_longer_sees_nothing(leader, team, organisation, how):
    with scope(organisation):
        place = GroupPlace.objects.get()
        today = timezone.localdate()
        if how == "suspended":
            status.suspend(place.member)
        elif how == "left":
            status.leave(place.member, today - timedelta(days=1))
        elif how == "taken out":
            groups.take_out([place])
        elif how == "participant":
            groups.put_in(team, [place.member])
        elif how == "no longer used":
            groups.retire(team)
        else:
            over = groups.create_season("2020", begins_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
            GroupPlace.objects.update(season=over)
    assert leader.page("groups").status_code == 403
    assert leader.page("group", team.pk).status_code == 403


def test_a_leader_who_is_blocked_sees_nothing(leader, team, organisation):
    with scope(organisation):
        Role.objects.create(user=leader.user, name="door", blocked_at=timezone.now())
    assert leader.page("group", team.pk).status_code == 403


def test_a_leader_finds_the_groups_in_the_menu(leader, team):
    page = leader.get(reverse("my:dashboard", urlconf=URLCONF)).content.decode()
    assert f'href="{url("groups")}"' in page


@pytest.fixture
def noor(organisation: Any, team: Group) -> Registration:
    """Enrolled for the team, and not in the register."""
    with scope(organisation):
        registration = make_registration(attendee_name="Noor Smit")
        Attraction.objects.update(group=team)
        return registration


def test_who_is_enrolled_and_not_in_the_register_is_shown_and_put_in(secretary, team, liv, noor, organisation):
    assert "Noor Smit" in secretary.page("group", team.pk).content.decode()
    page = secretary.act("group_enrolled", team.pk, noor.pk, q="jansen", search="1")
    assert page.status_code == 200
    assert secretary.act("group_enrolled", team.pk, noor.pk).status_code == 422
    secretary.act("group_enrolled", team.pk, noor.pk, members=[liv.pk])
    with scope(organisation):
        assert [place.member for place in GroupPlace.objects.filter(group=team)] == [liv]
    assert "Enrolled, and not in the group" not in secretary.page("group", team.pk).content.decode()


def test_who_is_enrolled_becomes_a_new_member_at_a_press(secretary, team, noor, organisation):
    secretary.act("group_enrolled", team.pk, noor.pk, add="1", q="smit")
    with scope(organisation):
        assert [place.member.name for place in GroupPlace.objects.filter(group=team)] == ["Noor Smit"]


def test_leaders_do_not_see_who_is_enrolled(leader, team, noor):
    assert "Noor" not in leader.page("group", team.pk).content.decode()
    assert leader.page("group_enrolled", team.pk, noor.pk).status_code == 403
