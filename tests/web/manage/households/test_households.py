"""Households and guardians in the browser (M7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import households
from kring.members.models import Guardian, Guardianship, Household, Member
from tests import make

pytestmark = pytest.mark.django_db
RIGHTS = {"may_register": "on", "may_pay": "on", "may_decide": "on"}


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def eva(organisation: Any) -> Member:
    with scope(organisation):
        return make.member(
            first_name="Eva", last_name="Jansen", birth_date=timezone.localdate() - timedelta(days=15000)
        )


@pytest.fixture
def liv(organisation: Any) -> Member:
    with scope(organisation):
        return make.member(first_name="Liv", last_name="Jansen", birth_date=timezone.localdate() - timedelta(days=3000))


@pytest.fixture
def home(organisation: Any, eva: Member, liv: Member) -> Household:
    with scope(organisation):
        found = households.form([eva, liv], address={"street": "Laan", "house_number": "1", "city": "Zeist"})
        eva.refresh_from_db()
        liv.refresh_from_db()
        return found


def entrusted(organisation: Any) -> list[tuple[str, str, bool, bool]]:
    with scope(organisation):
        rows = Guardianship.objects.in_force().select_related("guardian__member", "child")
        return [(str(row.guardian), row.child.first_name, row.may_pay, row.is_of_household) for row in rows]


def test_a_household_begins_on_the_page_of_a_member(secretary, eva, organisation):
    secretary.act("member_household", eva.pk, household="new")
    with scope(organisation):
        assert Household.objects.get().members.get() == eva


def test_a_household_is_found_by_who_lives_there(secretary, home, organisation):
    with scope(organisation):
        ben = make.member(first_name="Ben", last_name="Bos")
    page = secretary.act("member_household", ben.pk, q="eva", search="1")
    assert [key for key, _label in page.context["form"].fields["household"].choices] == ["new", str(home.pk)]
    secretary.act("member_household", ben.pk, household=home.pk)
    with scope(organisation):
        assert Member.objects.get(pk=ben.pk).household == home


def test_a_household_at_the_same_address_is_offered(secretary, home, organisation):
    with scope(organisation):
        Household.objects.update(postal_code="3701 AA")
        ben = make.member(postal_code="3701 AA", house_number="1")
    page = secretary.page("member_household", ben.pk)
    assert str(home.pk) in dict(page.context["form"].fields["household"].choices)


def test_who_moves_house_takes_along_all_who_follow(secretary, home, eva, liv, organisation):
    with scope(organisation):
        Member.objects.filter(pk=eva.pk).update(street="Elsewhere", has_own_address=True)
    secretary.act("household_change", home.pk, name="Jansen", street="Plein", house_number="2", city="Utrecht")
    with scope(organisation):
        streets = dict(Member.objects.values_list("first_name", "street"))
        assert streets == {"Eva": "Elsewhere", "Liv": "Plein"}
        assert Household.objects.get().name == "Jansen"


def test_members_are_added_and_move_out(secretary, home, liv, organisation):
    with scope(organisation):
        ben = make.member(first_name="Ben")
    secretary.act("household_adding", home.pk, members=[ben.pk])
    secretary.act("member_household_leaving", liv.pk)
    with scope(organisation):
        assert {each.first_name for each in home.members.all()} == {"Eva", "Ben"}


def test_an_adult_of_the_household_becomes_a_guardian_of_its_children(secretary, home, eva, liv, organisation):
    secretary.act("household_guardian_new", home.pk, member=eva.pk, children=[liv.pk], **RIGHTS)
    assert entrusted(organisation) == [("Eva Jansen", "Liv", True, True)]
    assert "Liv Jansen" in secretary.page("household", home.pk).content.decode()


def test_a_father_who_lives_elsewhere_keeps_his_rights_when_the_child_moves(secretary, home, liv, organisation):
    sent = {"name": "Jan Bos", "email": "jan@example.org", "phone": "0612345678"} | RIGHTS
    assert secretary.act("member_guardian_new", liv.pk, **sent).status_code == 302
    assert entrusted(organisation) == [("Jan Bos", "Liv", True, False)]
    secretary.act("member_household_leaving", liv.pk)
    assert entrusted(organisation) == [("Jan Bos", "Liv", True, False)]


def test_a_guardian_who_leaves_the_household_loses_the_rights_at_once(secretary, home, liv, organisation):
    secretary.act("member_guardian_new", liv.pk, name="Jan Bos", lives_here="on", **RIGHTS)
    with scope(organisation):
        jan = Guardian.objects.get()
    secretary.act("guardian_leaving", jan.pk)
    assert entrusted(organisation) == []


def test_a_guardian_is_said_in_one_way_only(secretary, home, eva, liv):
    for sent in ({}, {"name": "Jan Bos", "member": eva.pk}, {"number": "none such"}):
        assert secretary.act("member_guardian_new", liv.pk, **sent).status_code == 422


def test_a_child_is_guardian_of_nobody(secretary, home, liv, organisation):
    with scope(organisation):
        other = make.member(first_name="Bo", birth_date=timezone.localdate() - timedelta(days=3000))
    for number in (liv.number, other.number):
        assert secretary.act("member_guardian_new", liv.pk, number=number, **RIGHTS).status_code == 422
    assert entrusted(organisation) == []


def test_an_adult_needs_no_guardian(secretary, home, eva):
    assert secretary.act("member_guardian_new", eva.pk, name="Jan Bos", **RIGHTS).status_code == 422


def test_rights_are_changed_one_by_one_and_ended(secretary, home, liv, organisation):
    secretary.act("member_guardian_new", liv.pk, name="Jan Bos", **RIGHTS)
    with scope(organisation):
        held = Guardianship.objects.get()
    secretary.act("guardianship", held.pk, may_register="on")
    assert entrusted(organisation) == [("Jan Bos", "Liv", False, False)]
    secretary.act("guardianship_end", held.pk)
    assert entrusted(organisation) == []
    page = secretary.page("member", liv.pk).content.decode()
    assert "withdrawn" in page
    assert "Lives in the household" in page


def test_what_is_known_of_a_guardian_is_changed(secretary, home, liv, organisation):
    secretary.act("member_guardian_new", liv.pk, name="Jan Bos", lives_here="on", **RIGHTS)
    with scope(organisation):
        jan = Guardian.objects.get()
    secretary.act("guardian", jan.pk, name="Jan Bos", phone="0687654321", is_payer="on")
    with scope(organisation):
        jan.refresh_from_db()
        assert (jan.phone, jan.is_payer) == ("+31 6 87654321", True)
    assert "Jan Bos" in secretary.page("households").content.decode()


def test_of_a_member_only_paying_is_changed_here(secretary, home, eva, liv, organisation):
    secretary.act("household_guardian_new", home.pk, member=eva.pk, children=[liv.pk], **RIGHTS)
    with scope(organisation):
        guardian = Guardian.objects.get()
    secretary.act("guardian", guardian.pk, name="Somebody else", is_payer="on")
    with scope(organisation):
        guardian.refresh_from_db()
        assert (str(guardian), guardian.name, guardian.is_payer) == ("Eva Jansen", "", True)


def test_a_household_is_dissolved_and_its_members_stay(secretary, home, eva, organisation):
    secretary.act("household_dissolution", home.pk)
    with scope(organisation):
        assert not Household.objects.exists()
        assert Member.objects.get(pk=eva.pk).street == "Laan"


def test_a_treasurer_looks_and_changes_nothing(treasurer, home):
    page = treasurer.page("household", home.pk)
    assert page.status_code == 200
    assert "Dissolve" not in page.content.decode()
    assert treasurer.act("household_dissolution", home.pk).status_code == 403


def test_the_list_finds_by_name_and_by_member(secretary, home, organisation):
    with scope(organisation):
        households.form([make.member(first_name="Ben", last_name="Bos")])
    for text, names in (("jansen", ["Jansen"]), ("ben", ["Bos"]), ("zeist", ["Jansen"]), ("nobody", [])):
        page = secretary.page("households", q=text)
        with scope(organisation):
            assert [row.record.name for row in page.context["list"].table.paginated_rows] == names


def test_list_and_page_cost_as_many_statements_for_many_as_for_few(
    secretary, home, organisation, django_assert_max_num_queries
):
    with scope(organisation):
        for _ in range(8):
            child = make.member(household=home, birth_date=timezone.localdate() - timedelta(days=3000))
            households.entrust(households.add_guardian(home, name="Somebody", is_payer=True), child)
            households.form([make.member()])
    with django_assert_max_num_queries(14):
        secretary.page("household", home.pk)
    with django_assert_max_num_queries(16):
        secretary.page("households")
