"""Who may do what in the organisation of the scope."""

from __future__ import annotations

from typing import Any

from kring.accounts.models import Profile, Role, User


def roles_of(user: Any) -> frozenset[str]:
    """The roles this user may use here; empty for a stranger, a blocked user and a visitor without a login."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    return frozenset(Role.objects.filter(user_id=user.pk, blocked_at=None).values_list("name", flat=True))


def belongs_here(user: Any) -> bool:
    """True when the organisation knows this user: by a role, or as somebody who registered for something."""
    return bool(roles_of(user)) or Profile.objects.filter(user_id=user.pk).exists()


def is_blocked(user: Any) -> bool:
    """True when a role of this user was switched off here: then nothing else opens the administration either."""
    return Role.objects.filter(user_id=user.pk, blocked_at__isnull=False).exists()


def give(user: User, role: Role.Name) -> Role:
    held, _made = Role.objects.get_or_create(user=user, name=role)
    return held


def people_with(*names: Role.Name) -> list[User]:
    """Everybody here who may use one of these roles, once."""
    held = Role.objects.filter(name__in=names, blocked_at=None, user__is_active=True).select_related("user")
    return sorted({role.user for role in held}, key=lambda user: user.pk)
