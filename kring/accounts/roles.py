"""Who may do what in the organisation of the scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from kring.accounts import demanding_factor, second_factor
from kring.accounts.models import Profile, Role, User
from kring.organisations.current import current_organisation


@dataclass(frozen=True)
class StaffRoles:
    """`roles`: those the user may use. `is_blocked`: one was switched off; then no other opens the administration."""

    roles: frozenset[str] = frozenset()
    is_blocked: bool = False
    # Roles that give no access until the user has a second factor, and the day on which the next of `roles` will not.
    withheld: frozenset[str] = frozenset()
    second_factor_due: date | None = None


def staff_roles_of(user: User | AnonymousUser | None, *, with_second_factor: bool = False) -> StaffRoles:
    """None for a stranger or a visitor without a login. One statement; one more where the organisation demands a second
    factor of one of the roles. `with_second_factor`: one was used where the session began."""
    if user is None or not user.is_authenticated:
        return StaffRoles()
    held = list(Role.objects.filter(user_id=user.pk).values_list("name", "blocked_at", "until", "created_at"))
    today = timezone.localdate()
    usable = {name: given for name, blocked, until, given in held if blocked is None and (until or today) >= today}
    is_blocked = any(blocked for _name, blocked, _until, _given in held)
    demanded = demanding_factor.deadlines(current_organisation(), usable.items()) if usable else {}
    if not demanded or with_second_factor or second_factor.has_one(user):
        return StaffRoles(frozenset(usable), is_blocked)
    withheld = frozenset(name for name, day in demanded.items() if day <= today)
    due = min((day for day in demanded.values() if day > today), default=None)
    return StaffRoles(frozenset(usable) - withheld, is_blocked, withheld, due)


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
