"""Inviting members to a login (M2, document 002 §6.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.mail.models import Message
from kring.members import households, inviting, keeping, status
from kring.members.inviting import InvitationUsed, NotYourInvitation, SomebodyElses
from kring.members.models import Guardianship, Member, MemberInvitation
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
ADDRESS = "eva@mail.example"


def child(name: str, **fields: object) -> Member:
    born = timezone.localdate() - timedelta(days=366 * 9)
    return make.member(first_name=name, birth_date=born, email=ADDRESS, **fields)


def mother() -> Member:
    return make.member(first_name="Eva", birth_date=timezone.localdate() - timedelta(days=366 * 40), email=ADDRESS)


def invited(*members: Member) -> MemberInvitation:
    inviting.invite(members, by=None)
    found: MemberInvitation = MemberInvitation.objects.open().get()
    return found


def test_one_mail_names_all_who_share_the_address():
    family = [mother(), child("Liv"), child("Sem")]
    result = inviting.invite(family, by=None)
    assert (result.addresses, result.members) == (1, 3)
    mail = Message.objects.get()
    assert mail.recipient == ADDRESS
    assert all(name in mail.text for name in ("Eva", "Liv", "Sem"))


def test_a_hundred_with_one_address_get_one_mail():
    inviting.invite([child(f"Kid{number}") for number in range(100)], by=None)
    assert Message.objects.count() == 1


def test_a_mother_sees_herself_and_her_children():
    eva, liv = mother(), child("Liv")
    user = make.user(ADDRESS)
    seen = inviting.accept(invited(eva, liv), user, own=eva)
    assert set(seen) == {eva, liv}
    eva.refresh_from_db()
    assert eva.user == user
    assert list(households.children_of(user)) == [liv]
    assert Role.objects.get(user=user).name == "member"


def test_a_parent_who_is_no_member_becomes_a_guardian():
    liv = child("Liv")
    user = make.user(ADDRESS, name="Jan Jansen")
    inviting.accept(invited(liv), user, own=None)
    assert list(households.children_of(user)) == [liv]
    assert not Member.objects.exclude(user=None).exists()


def test_a_minor_with_an_address_of_its_own_sees_only_itself():
    liv, sem = child("Liv"), child("Sem")
    user = make.user(ADDRESS)
    assert list(inviting.accept(invited(liv, sem), user, own=liv)) == [liv]
    assert not Guardianship.objects.exists()


def test_a_link_works_once():
    eva = mother()
    invitation, user = invited(eva), make.user(ADDRESS)
    inviting.accept(invitation, user, own=eva)
    with refuses(InvitationUsed):
        inviting.accept(invitation, user, own=eva)


def test_an_expired_link_does_not_work_and_a_new_one_replaces_it():
    eva = mother()
    first = invited(eva)
    MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with refuses(InvitationUsed):
        inviting.accept(first, make.user(ADDRESS), own=eva)
    MemberInvitation.objects.update(created_at=timezone.now() - timedelta(days=31))
    invited(eva)
    first.refresh_from_db()
    assert first.state == "replaced"


def test_a_link_to_an_address_that_was_put_right_since_is_about_nobody():
    eva, liv = mother(), child("Liv")
    invitation, stranger = invited(eva, liv), make.user(ADDRESS)
    for member in (eva, liv):
        keeping.change(member, {"email": "eva.jansen@mail.example"}, by=None)
    assert inviting.people_of(invitation) == []
    for own in (eva, None):
        with refuses(InvitationUsed):
            inviting.accept(invitation, stranger, own=own)
    eva.refresh_from_db()
    assert (eva.user, list(households.children_of(stranger))) == (None, [])


def test_who_has_another_address_now_is_no_longer_among_those_a_link_names():
    eva, liv, sem = mother(), child("Liv"), child("Sem")
    invitation = invited(eva, liv, sem)
    keeping.change(sem, {"email": "sem@mail.example"}, by=None)
    assert set(inviting.accept(invitation, make.user(ADDRESS), own=eva)) == {eva, liv}


def test_a_login_of_another_address_is_not_linked():
    eva = mother()
    with refuses(NotYourInvitation):
        inviting.accept(invited(eva), make.user("somebody@mail.example"), own=eva)


def test_a_member_who_has_a_login_is_not_linked_to_another():
    eva = mother()
    invitation = invited(eva)
    eva.user = make.user("eva-privately@mail.example")
    eva.save()
    with refuses(SomebodyElses):
        inviting.accept(invitation, make.user(ADDRESS), own=eva)


def test_pressed_twice_it_is_sent_once():
    eva = mother()
    assert inviting.invite([eva], by=None).addresses == 1
    again = inviting.invite([eva], by=None)
    assert (again.addresses, again.recent, Message.objects.count()) == (0, 1, 1)


def test_who_is_active_needs_no_invitation():
    eva = mother()
    inviting.accept(invited(eva), make.user(ADDRESS), own=eva)
    Message.objects.all().delete()
    eva.refresh_from_db()
    assert inviting.invite([eva], by=None).active == 1
    assert not Message.objects.exists()


def test_who_left_or_has_no_address_is_not_invited():
    gone, mute = mother(), make.member()
    status.leave(gone, timezone.localdate() - timedelta(days=1))
    gone.refresh_from_db()
    result = inviting.invite([gone, mute], by=None)
    assert (result.addresses, result.without_address) == (0, 1)


@pytest.mark.parametrize("number", [2, 60])
def test_many_invitations_cost_as_many_statements_as_few(number, django_assert_num_queries):
    members = [make.member(email=f"m{each}@mail.example") for each in range(number)]
    with django_assert_num_queries(10):
        inviting.invite(members, by=None)
