"""Households and guardians (M7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.members import households
from kring.members.models import Guardian, Guardianship, Household, Member
from kring.members.refusals import NotAMinor, NotOfAge, OwnGuardian
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
HOME = {
    "street": "Dorpsstraat",
    "house_number": "1",
    "house_addition": "",
    "postal_code": "1234 AB",
    "city": "Zeist",
    "country": "NL",
}


def years_ago(number: int, days: int = 0):
    today = timezone.localdate()
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - number, day=day) + timedelta(days=days)


def family() -> tuple[Household, Member, Member]:
    mother = make.member(first_name="Eva", birth_date=years_ago(40), **HOME)
    child = make.member(first_name="Liv", birth_date=years_ago(9))
    return households.form([mother, child]), mother, child


def test_a_household_has_the_address_of_its_first_member():
    household, _mother, child = family()
    child.refresh_from_db()
    assert (household.city, household.name) == ("Zeist", "Jansen")
    assert (child.city, child.has_own_address) == ("Zeist", False)


def test_who_follows_the_household_moves_with_it():
    household, mother, child = family()
    elsewhere = make.member(**HOME | {"city": "Bunnik"})
    households.move_in(elsewhere, household)
    assert households.move_house(household, HOME | {"street": "Kerkweg"}) == 2
    for member in (mother, child, elsewhere):
        member.refresh_from_db()
    assert (mother.street, child.street, elsewhere.street) == ("Kerkweg", "Kerkweg", "Dorpsstraat")


def test_an_address_of_ones_own_no_longer_follows():
    from kring.members import keeping

    household, _mother, child = family()
    keeping.change(child, {"city": "Bunnik"}, by=None)
    households.move_house(household, HOME | {"street": "Kerkweg"})
    child.refresh_from_db()
    assert (child.city, child.street) == ("Bunnik", "Dorpsstraat")


def test_a_guardian_sees_the_children_entrusted_and_no_others():
    household, mother, child = family()
    mother.user = make.user()
    mother.save()
    households.entrust(households.add_guardian(household, member=mother), child)
    make.member(birth_date=years_ago(8))
    assert list(households.children_of(mother.user)) == [child]


def test_a_guardian_needs_no_membership():
    household, _mother, child = family()
    father = households.add_guardian(household, name="Jan Jansen", email="jan@mail.example", user=make.user())
    households.entrust(father, child, may_pay=False)
    assert list(households.children_of(father.user)) == [child]


def test_who_leaves_the_household_sees_its_children_no_more():
    household, _mother, child = family()
    father = make.member(birth_date=years_ago(41))
    father.user = make.user()
    father.save()
    households.move_in(father, household)
    households.entrust(households.add_guardian(household, member=father), child)
    households.move_out(father)
    assert not households.children_of(father.user).exists()
    assert Guardianship.objects.get().ended_because == "left_household"


def test_a_parent_elsewhere_keeps_the_rights_that_are_not_of_the_household():
    _household, _mother, child = family()
    father = households.add_guardian(None, name="Jan", user=make.user())
    households.entrust(father, child, is_of_household=False)
    households.move_out(child)
    assert list(households.children_of(father.user)) == [child]


def test_rights_end_on_the_eighteenth_birthday_before_any_job():
    household, _mother, child = family()
    father = households.add_guardian(household, name="Jan", user=make.user())
    households.entrust(father, child)
    Member.objects.filter(pk=child.pk).update(birth_date=years_ago(18, days=1))
    assert households.children_of(father.user).exists()
    Member.objects.filter(pk=child.pk).update(birth_date=years_ago(18))
    assert not households.children_of(father.user).exists()
    assert households.end_of_age() == 1
    assert Guardianship.objects.get().ended_because == "of_age"


def test_nobody_is_a_guardian_of_themselves():
    _household, _mother, child = family()
    guardian = households.add_guardian(None, name="x")
    guardian.member = child
    guardian.save()
    with refuses(OwnGuardian):
        households.entrust(guardian, child)


def test_guardians_do_not_go_in_circles():
    _household, _mother, child = family()
    other = make.member(birth_date=years_ago(10))
    first, second = (households.add_guardian(None, name="x") for _ in range(2))
    for guardian, member in ((first, child), (second, other)):
        guardian.member = member
        guardian.save()
    households.entrust(first, other)
    with refuses(OwnGuardian):
        households.entrust(second, child)


def test_a_minor_is_no_guardian_and_an_adult_needs_none():
    household, mother, child = family()
    with refuses(NotOfAge):
        households.add_guardian(household, member=child)
    with refuses(NotAMinor):
        households.entrust(households.add_guardian(household, name="Jan"), mother)


def test_a_household_that_is_dissolved_leaves_its_people_where_they_live():
    household, mother, _child = family()
    households.dissolve(household)
    mother.refresh_from_db()
    assert (mother.household_id, mother.city) == (None, "Zeist")
    assert not Household.objects.exists()


def test_a_guardian_without_children_goes_with_the_household():
    household, _mother, child = family()
    father = households.add_guardian(household, name="Jan")
    households.entrust(father, child)
    uncle = households.add_guardian(household, name="Piet")
    households.entrust(uncle, child, is_of_household=False)
    households.dissolve(household)
    assert list(Guardian.objects.values_list("name", flat=True)) == ["Piet"]
