"""Who works in an organisation (A6)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from kring.accounts import staffing
from kring.accounts.models import ApiToken, Role, User
from kring.accounts.roles import people_with, staff_roles_of
from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from tests import make

ADMIN, DOOR, TREASURER = Role.Name.ORG_ADMIN, Role.Name.DOOR, Role.Name.TREASURER


def roles(user: User) -> set[str]:
    return set(Role.objects.filter(user=user).values_list("name", flat=True))


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk")[0]


def test_inviting_an_unknown_address_makes_an_account_without_a_password(in_scope: Any) -> None:
    user, made = staffing.invite("New@Example.org", "Nel", [DOOR, TREASURER], language="nl")

    assert made
    assert (user.email, user.name, user.language) == ("new@example.org", "Nel", "nl")
    assert not user.has_usable_password()
    assert roles(user) == {DOOR, TREASURER}


def test_inviting_somebody_with_an_account_links_it_and_changes_nothing_else_of_it(in_scope: Any) -> None:
    known = make.user("ada@example.org", name="Ada")
    Role.objects.create(user=known, name=DOOR)

    user, made = staffing.invite("ada@example.org", "Somebody else", [TREASURER], language="pl")

    assert (user.pk, made, user.name, user.language) == (known.pk, False, "Ada", "en")
    assert roles(user) == {DOOR, TREASURER}


def test_roles_are_given_and_taken_and_the_log_says_so(in_scope: Any) -> None:
    make.staff(ADMIN)
    user = make.staff(DOOR)

    staffing.set_roles(user, [TREASURER])

    assert roles(user) == {TREASURER}
    entry = last_entry()
    assert (entry.action, entry.old, entry.new) == ("user.roles_changed", {"roles": ["door"]}, {"roles": ["treasurer"]})


def test_giving_the_roles_somebody_has_is_not_news(in_scope: Any) -> None:
    user = make.staff(DOOR)

    assert not staffing.set_roles(user, [DOOR])

    assert not AuditEntry.objects.exists()


def test_a_blocked_user_keeps_the_roles_and_may_do_nothing_until_unblocked(in_scope: Any) -> None:
    user = make.staff(DOOR)

    staffing.block(user)
    assert (roles(user), staff_roles_of(user).roles) == ({DOOR}, frozenset())

    staffing.set_roles(user, [DOOR, TREASURER])
    assert staff_roles_of(user).roles == frozenset()

    staffing.unblock(user)
    assert staff_roles_of(user).roles == {DOOR, TREASURER}


def test_a_removed_user_keeps_the_login(in_scope: Any) -> None:
    user = make.staff(DOOR)

    staffing.remove(user)

    assert roles(user) == set()
    assert User.objects.filter(pk=user.pk, is_active=True).exists()


@pytest.mark.parametrize(
    "act",
    [staffing.remove, staffing.block, lambda user: staffing.set_roles(user, [DOOR])],
    ids=["removed", "blocked", "made something else"],
)
def test_the_last_administrator_cannot_be(in_scope: Any, act: Any) -> None:
    admin = make.staff(ADMIN)
    staffing.block(make.staff(ADMIN, email="blocked@example.org"))

    with pytest.raises(staffing.LastAdmin):
        act(admin)

    assert staff_roles_of(admin).roles == {ADMIN}


def test_an_administrator_elsewhere_does_not_count(db: None) -> None:
    here, elsewhere = make.organisation(), make.organisation()
    with scope(elsewhere):
        make.staff(ADMIN)

    with scope(here), pytest.raises(staffing.LastAdmin):
        staffing.remove(make.staff(ADMIN))


def test_one_of_two_administrators_may_go(in_scope: Any) -> None:
    ada, bob = make.staff(ADMIN), make.staff(ADMIN)

    staffing.remove(ada)

    assert staff_roles_of(bob).roles == {ADMIN}
    with pytest.raises(staffing.LastAdmin):
        staffing.remove(bob)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [staffing.remove, staffing.block], ids=["remove", "block"])
def test_two_administrators_who_turn_on_each_other_at_once_cannot_both_win(act: Any) -> None:
    organisation = make.organisation()
    with scope(organisation):
        admins = [make.staff(ADMIN) for _ in range(4)]
    together, refused = threading.Barrier(len(admins)), []

    def turn_on(user: User) -> None:
        try:
            together.wait(timeout=60)
            with scope(organisation):
                act(user)
        except staffing.LastAdmin:
            refused.append(user)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=turn_on, args=[user]) for user in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert len(refused) == 1
    with scope(organisation):
        assert [role.user for role in Role.objects.filter(name=ADMIN, blocked_at=None)] == refused


def test_the_list_of_staff_costs_two_queries(in_scope: Any, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make.staff(DOOR)
    make.user()

    with django_assert_num_queries(2):
        listed = [(user.name, [role.name for role in user.roles_here]) for user in staffing.staff().with_roles()]

    assert [roles for _name, roles in listed] == [["door"]] * 3


def test_a_role_past_its_last_day_counts_as_not_held_anywhere(in_scope: Any) -> None:
    today = timezone.localdate()
    make.staff(ADMIN)
    ends_today, over = make.user(), make.user()
    for user in (ends_today, over):
        staffing.set_roles_until(user, [ADMIN, Role.Name.MEMBER], today)
    Role.objects.filter(user=over, name=ADMIN).update(until=today - timedelta(days=1))
    tokens = [ApiToken.issue(name="x", scopes=["events"], created_by=user)[0] for user in (ends_today, over)]

    assert staff_roles_of(ends_today).roles == {ADMIN, Role.Name.MEMBER}
    assert (staff_roles_of(over).roles, staff_roles_of(over).is_blocked) == ({Role.Name.MEMBER}, False)
    assert over not in people_with(ADMIN) and ends_today in people_with(ADMIN)
    assert list(ApiToken.objects.live()) == tokens[:1]
    assert [role.until for role in Role.objects.filter(name=Role.Name.MEMBER)] == [None, None]


def test_one_administrator_without_a_last_day_always_remains(in_scope: Any) -> None:
    ada, bob = make.staff(ADMIN), make.staff(ADMIN)
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert staffing.set_roles_until(ada, [ADMIN], tomorrow)
    for act in (staffing.remove, staffing.block, lambda user: staffing.set_roles_until(user, [ADMIN], tomorrow)):
        with pytest.raises(staffing.LastAdmin):
            act(bob)
    assert staffing.set_roles_until(ada, [ADMIN], None)
    staffing.remove(bob)


def test_inviting_again_leaves_what_is_held_as_it_is_and_revives_what_is_over(in_scope: Any) -> None:
    today = timezone.localdate()
    user = make.staff(DOOR, email="ada@example.org")
    Role.objects.create(user=user, name=TREASURER, until=today - timedelta(days=9))

    staffing.invite("ada@example.org", "Ada", [DOOR, TREASURER], language="en", until=today)

    assert dict(Role.objects.values_list("name", "until")) == {DOOR: None, TREASURER: today}
