"""Who may log in as, and decide for, two members who become one (M1, M2, M7): nobody more, unless staff say so."""

from __future__ import annotations

import pytest

from kring.members import households, inviting
from kring.members.inviting import InvitationUsed
from kring.members.merging import rights
from kring.members.merging.running import merge
from kring.members.merging.undoing import undo
from kring.members.models import Guardian, Guardianship, Member, MemberInvitation, MemberMerge
from tests import make
from tests.members.applicants import born
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
STRANGER = "stranger@mail.example"


def twice(**of_gone: object) -> tuple[Member, Member]:
    """One person, and somebody who says they are the same."""
    same = {"first_name": "Jan", "last_name": "Jansen"}
    return make.member(**same, email="jan@mail.example"), make.member(**same | {"email": STRANGER} | of_gone)


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_a_link_to_the_one_who_goes_opens_nothing_of_the_one_who_stays(side):
    kept, gone = twice()
    inviting.invite([gone], by=None)
    invitation = MemberInvitation.objects.get()
    merge(kept, gone, {"email": side, "login": "kept"})
    with refuses(InvitationUsed):
        inviting.accept(invitation, make.user(STRANGER), own=kept)
    kept.refresh_from_db()
    invitation.refresh_from_db()
    assert (kept.user, invitation.state) == (None, "replaced")
    # Whoever is reached there now gets a link of their own.
    MemberInvitation.objects.update(created_at=kept.created_at.replace(year=2020))
    assert inviting.invite([kept], by=None).addresses == 1


def family(name: str, login: str) -> tuple[Member, Guardian]:
    """A child, and an adult with a login who decides for it through their household."""
    child = make.member(first_name="Liv", last_name="Jansen", birth_date=born(9))
    home = households.form([child], name=name)
    guardian = households.add_guardian(home, name=name, email=login)
    Guardian.objects.filter(pk=guardian.pk).update(user=make.user(login))
    households.entrust(guardian, child)
    child.refresh_from_db()
    return child, guardian


def who_decides_for(child: Member) -> list[str]:
    held = Guardianship.objects.in_force().filter(child=child)
    return sorted(str(each.guardian) for each in held.select_related("guardian__member"))


def test_guardians_of_a_duplicate_child_do_not_come_along_by_themselves():
    liv, _mother = family("Eva", "eva@mail.example")
    same, stranger = family("Stranger", STRANGER)
    home = liv.household
    done = merge(liv, same)
    liv.refresh_from_db()
    assert (liv.household, who_decides_for(liv)) == (home, ["Eva"])
    stranger.refresh_from_db()
    assert not households.children_of(stranger.user).exists()
    undo(done)
    assert (who_decides_for(liv), who_decides_for(same)) == (["Eva"], ["Stranger"])


def test_guardians_who_are_chosen_come_along_whatever_household_is_kept():
    liv, _mother = family("Eva", "eva@mail.example")
    same, _father = family("Bas", "bas@mail.example")
    merge(liv, same, {"guardians": "gone"})
    assert who_decides_for(liv) == ["Bas", "Eva"]


def test_a_login_that_only_the_one_who_goes_has_is_taken_only_if_chosen():
    kept, gone = twice()
    Member.objects.filter(pk=gone.pk).update(user=make.user(STRANGER))
    done = merge(kept, gone)
    kept.refresh_from_db()
    assert kept.user is None
    undo(done)
    merge(kept, gone, {"login": "gone"})
    kept.refresh_from_db()
    assert kept.user.email == STRANGER


@pytest.mark.parametrize(("side", "sees", "sees_no_more"), [("kept", 0, 1), ("gone", 1, 0)])
@pytest.mark.parametrize("guardians", [(0,), (1,), (0, 1)])
def test_a_login_that_is_not_chosen_decides_for_no_children_of_the_member(side, sees, sees_no_more, guardians):
    people, logins = twice(), [make.user("jan@mail.example"), make.user(STRANGER)]
    child = make.member(birth_date=born(9))
    for number, (member, login) in enumerate(zip(people, logins, strict=True)):
        Member.objects.filter(pk=member.pk).update(user=login)
        if number in guardians:
            guardian = households.add_guardian(None, member=member)
            Guardian.objects.filter(pk=guardian.pk).update(user=login)
            households.entrust(guardian, child)
    before = [set(households.children_of(login)) for login in logins]
    done = merge(*people, {"login": side})
    assert list(households.children_of(logins[sees])) == [child]
    assert not households.children_of(logins[sees_no_more]).exists()
    undo(done)
    assert [set(households.children_of(login)) for login in logins] == before


def test_what_shifts_is_known_before_and_nothing_has_happened():
    liv, _mother = family("Eva", "eva@mail.example")
    same, _stranger = family("Stranger", STRANGER)
    Member.objects.filter(pk=same.pk).update(first_name="Liva")
    found = rights.foreseen(liv, same, {})
    name = Member.objects.get(pk=same.pk).name
    assert (found.gained, {(each.who, each.whom) for each in found.lost}) == (
        [],
        {("Stranger", name), (STRANGER, name)},
    )
    swapped = rights.foreseen(liv, same, {"household": "gone", "guardians": "gone"})
    assert {each.who for each in swapped.gained} == {"Stranger", STRANGER}
    assert {each.who for each in swapped.lost} == {"Eva", "eva@mail.example"}
    assert (Member.objects.count(), MemberMerge.objects.count()) == (2, 0)
