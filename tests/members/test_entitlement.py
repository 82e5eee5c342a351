"""Who is known as a member by the register (V2, M7)."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.members import groups, households
from kring.members.entitlement import Because, Person, Wanted, known_as_member
from kring.members.models import Member, MembershipType
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")
BORN, TWIN = date(2016, 5, 4), date(2016, 5, 5)


def linked(**fields):
    member = make.member(**fields)
    member.user = make.user()
    member.save(update_fields=["user"])
    return member


def with_guardian(**rights):
    """A child, and the login of an adult who is its guardian and no member."""
    child = make.member(first_name="Liv", last_name="Smit", birth_date=BORN)
    guardian = households.add_guardian(None, name="Eva Smit")
    guardian.user = make.user()
    guardian.save(update_fields=["user"])
    return child, guardian.user, households.entrust(guardian, child, **rights)


@pytest.mark.parametrize(
    ("state", "because"),
    [("active", "login"), ("honorary", "login"), ("suspended", None), ("left", None), ("applicant", None)],
)
def test_a_linked_login_is_as_much_a_member_as_the_register_says(state, because):
    assert known_as_member(Person(user=linked(state=state).user)) == because


def test_a_linked_login_counts_once_its_address_is_verified():
    member = linked()
    EmailAddress.objects.filter(user=member.user).update(verified=False)

    assert known_as_member(Person(user=member.user)) is None


def test_an_address_counts_only_when_it_is_proved():
    make.member(other_email="ada@example.org")

    assert known_as_member(Person(proved_email="Ada@Example.org")) == Because.ADDRESS
    assert known_as_member(Person(name="Ada")) is None


def test_where_several_share_an_address_the_name_says_who_it_is():
    for first, state in (("Liv", "active"), ("Daan", "left"), ("Zoë", "active")):
        make.member(first_name=first, name_prefix="de", last_name="Vries", email="home@example.org", state=state)

    def known(name):
        return known_as_member(Person(proved_email="home@example.org", name=name))

    assert known("liv de vries") == known("Zoe Vries") == Because.ADDRESS
    # One who left is none because of a sister's membership, and nor is anybody else at home.
    assert [known(name) for name in ("Daan de Vries", "Liv", "Eva de Vries", "")] == [None] * 4


def test_a_childs_membership_makes_no_member_of_the_parent_with_the_same_address():
    make.member(first_name="Liv", last_name="Smit", birth_date=BORN, email="eva@example.org")

    assert known_as_member(Person(proved_email="eva@example.org", name="Eva Smit")) is None
    assert known_as_member(Person(proved_email="eva@example.org", name="Liv Smit")) == Because.ADDRESS


@pytest.mark.parametrize(
    ("name", "born", "because"),
    [("Liv Smit", BORN, "guardian"), ("Liv Smit", None, "guardian"), ("Liv Smit", TWIN, None), ("Bo Smit", BORN, None)],
)
def test_a_guardians_login_proves_who_its_child_is(name, born, because):
    _child, user, _guardianship = with_guardian()

    assert known_as_member(Person(name=name, birth_date=born, guardian=user.pk)) == because


def test_a_guardian_without_the_right_or_whose_right_has_ended_proves_nothing():
    _child, user, guardianship = with_guardian(may_register=False)
    liv = Person(name="Liv Smit", birth_date=BORN, guardian=user.pk)
    assert known_as_member(liv) is None

    guardianship.may_register = True
    guardianship.save(update_fields=["may_register"])
    assert known_as_member(liv) == Because.GUARDIAN

    households.end(guardianship)
    assert known_as_member(liv) is None


def test_a_guardian_who_is_a_member_makes_no_member_of_a_child_who_has_left():
    mother = linked(birth_date=date(1980, 1, 1))
    child = make.member(first_name="Liv", last_name="Smit", birth_date=BORN, state="left")
    households.entrust(households.add_guardian(None, member=mother), child)

    assert known_as_member(Person(user=mother.user, name="Liv Smit", guardian=mother.user_id)) is None


def test_years_count_on_the_day_that_is_asked_about():
    member = linked(joined_on=date(2024, 3, 1))
    two = Wanted(years=2)

    assert known_as_member(Person(user=member.user), two, on=date(2026, 3, 1)) == Because.LOGIN
    assert known_as_member(Person(user=member.user), two, on=date(2026, 2, 28)) is None
    Member.objects.update(joined_on=None)
    assert known_as_member(Person(user=member.user), two, on=date(2026, 3, 1)) is None


def test_only_these_types_count_and_the_role_has_none():
    adult, youth = (MembershipType.objects.create(name=name) for name in ("Adult", "Youth"))
    member = linked(type=adult)
    by_role = make.staff("member")

    assert known_as_member(Person(user=member.user), Wanted(types=frozenset([adult.pk, youth.pk]))) == Because.LOGIN
    assert known_as_member(Person(user=member.user), Wanted(types=frozenset([youth.pk]))) is None
    assert known_as_member(Person(user=by_role)) == Because.LOGIN
    assert known_as_member(Person(user=by_role), Wanted(types=frozenset([adult.pk]))) is None


def test_a_group_counts_with_all_within_it():
    section = groups.create("Section")
    team = groups.create("Team", parent=section)
    member = linked()
    groups.put_in(team, [member])
    person = Person(user=member.user)

    assert known_as_member(person, Wanted(groups=frozenset([section.pk]))) == Because.LOGIN
    assert known_as_member(person, Wanted(groups=frozenset([groups.create("Other").pk]))) is None
    groups.take_out(member.group_places.all())
    assert known_as_member(person, Wanted(groups=frozenset([section.pk]))) is None


def test_the_register_costs_one_statement_more():
    member = linked(email="ada@example.org")

    with CaptureQueriesContext(
        connection,
    ) as statements:
        known_as_member(Person(user=member.user))

    assert len(statements) == 2
