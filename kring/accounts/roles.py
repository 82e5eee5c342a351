"""Who may do what in the organisation of the scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from kring.accounts.models import Profile, Role, User


@dataclass(frozen=True)
class StaffRoles:
    """`roles`: those the user may use. `is_blocked`: one was switched off; then no other opens the administration."""

    roles: frozenset[str] = frozenset()
    is_blocked: bool = False


def staff_roles_of(user: User | AnonymousUser | None) -> StaffRoles:
    """None for a stranger or a visitor without a login. One statement."""
    if user is None or not user.is_authenticated:
        return StaffRoles()
    held = list(Role.objects.filter(user_id=user.pk).values_list("name", "blocked_at", "until"))
    today = timezone.localdate()
    usable = frozenset(name for name, blocked_at, until in held if blocked_at is None and (until or today) >= today)
    return StaffRoles(usable, is_blocked=any(blocked_at for _name, blocked_at, _until in held))


def registered_here(user: User) -> bool:
    """True when the user has registered for something at this organisation."""
    return Profile.objects.filter(user_id=user.pk).exists()


def give(user: User, role: Role.Name) -> Role:
    held, _made = Role.objects.get_or_create(user=user, name=role)
    return held


def people_with(*names: Role.Name) -> list[User]:
    """Everybody here who may use one of these roles, once; `name_here` is the name they are known by."""
    held = Role.objects.in_force().filter(name__in=names).select_related("user")
    for role in held:
        role.user.name_here = role.called or role.user.name
    return sorted({role.user for role in held}, key=lambda user: user.pk)
