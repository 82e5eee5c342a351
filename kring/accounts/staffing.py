"""Who works in the organisation, and with which roles (A6).

Each verb that could take away the last administrator first locks the rows of all administrators here. Two who remove
each other at the same moment come one after the other, and the second is refused as the last one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kring.accounts.known_name import as_known, known_name
from kring.accounts.models import Role, User
from kring.core.refusals import Refusal
from kring.organisations import audit


class LastAdmin(Refusal):
    code = "last_admin"
    message = _("%(name)s is the last administrator. Make somebody else administrator first.")


class Staff(models.QuerySet):
    """Users with a role in the organisation of the scope."""

    def with_roles(self) -> Staff:
        roles = Role.objects.order_by("name")
        return self.prefetch_related(models.Prefetch("roles", queryset=roles, to_attr="roles_here"))


def staff() -> Staff:
    """Everybody who holds a role here, blocked or not, by name."""
    holders: Any = Staff(User).filter(pk__in=Role.objects.values("user_id"))
    return holders.annotate(name_here=as_known()).order_by("name_here", "email")


def invite(email: str, name: str, roles: Collection[str], *, language: str) -> tuple[User, bool]:
    """Give roles to the account with this address, or to a new one without a password; (user, made).

    Staff keep the name they are known by; anybody else is called `name` until they log in here.
    """
    user, made = User.objects.for_person(email=email, name=name, language=language)
    held = _held(user)
    if made:
        audit.log("user.created", user, new={"email": user.email}, called=name)
    set_roles(user, {*held, *roles}, called="" if held else name)
    return user, made


def set_roles(user: User, names: Collection[str], *, called: str = "") -> bool:
    """Set exactly these roles; a blocked user stays blocked. False: nothing changed."""
    held, wanted = _held(user), set(names)
    if held == wanted:
        return False
    if Role.Name.ORG_ADMIN in held - wanted:
        _keep_an_admin_besides(user)
    rows = list(Role.objects.filter(user=user).values_list("blocked_at", "called"))
    blocked_at = next((blocked for blocked, _name in rows if blocked), None)
    called = next((name for _blocked, name in rows if name), called)
    Role.objects.filter(user=user, name__in=held - wanted).delete()
    Role.objects.bulk_create(
        [Role(user=user, name=name, called=called, blocked_at=blocked_at) for name in sorted(wanted - held)],
        ignore_conflicts=True,
    )
    _log("user.roles_changed", user, called, old={"roles": sorted(held)}, new={"roles": sorted(wanted)})
    return True


def block(user: User) -> None:
    """The roles stay, but open nothing here until `unblock`. The login itself belongs to the person."""
    _keep_an_admin_besides(user)
    if Role.objects.filter(user=user, blocked_at=None).update(blocked_at=Now()):
        _log("user.blocked", user)


def unblock(user: User) -> None:
    if Role.objects.filter(user=user).exclude(blocked_at=None).update(blocked_at=None):
        _log("user.unblocked", user)


def remove(user: User) -> None:
    """Take all roles here. The login stays: it may be used elsewhere, and for the person's own tickets."""
    _keep_an_admin_besides(user)
    held, called = _held(user), known_name(user)
    Role.objects.filter(user=user).delete()
    _log("user.removed", user, called, old={"roles": sorted(held)})


def _log(action: str, user: User, called: str = "", **facts: object) -> None:
    """The name by which this organisation knows the user."""
    audit.log(action, user, called=called or known_name(user), **facts)


def _held(user: User) -> set[str]:
    return set(Role.objects.filter(user=user).values_list("name", flat=True))


def _keep_an_admin_besides(user: User) -> None:
    """Raise LastAdmin if nobody would be left. Keeps the administrators' rows locked until the transaction ends."""
    rows: Any = Role.objects.filter(name=Role.Name.ORG_ADMIN, blocked_at=None, user__is_active=True)
    admins = set(rows.order_by("pk").select_for_update(of=("self",)).values_list("user_id", flat=True))
    if admins and admins <= {user.pk}:
        raise LastAdmin(name=known_name(user))
