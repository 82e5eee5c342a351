"""Who works in the organisation, and with which roles (A6).

Each verb that could take away the last administrator first locks the rows of all administrators here. Two who remove
each other at the same moment come one after the other, and the second is refused as the last one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import sessions
from kring.accounts.known_name import as_known, known_name
from kring.accounts.models import STAFF_ROLES, Role, User
from kring.core.refusals import Refusal
from kring.core.registry import Hooks
from kring.organisations import audit

# Names of roles, and the last day of each; None: no end.
type RoleEnds = dict[str, date | None]

# Called before somebody gets a first role in the administration; they may refuse.
before_staff = Hooks[[], None]("before a role in the administration")


class LastAdmin(Refusal):
    code = "last_admin"
    message = _("%(name)s is the last administrator. Make somebody else administrator first.")


class Staff(models.QuerySet):
    """Users with a role in the organisation of the scope."""

    def with_roles(self) -> Staff:
        roles = Role.objects.select_related("given_by").order_by("name")
        return self.prefetch_related(models.Prefetch("roles", queryset=roles, to_attr="roles_here"))


def staff() -> Staff:
    """Everybody who holds a role here, blocked or not, by name."""
    holders: Any = Staff(User).filter(pk__in=Role.objects.values("user_id"))
    seen = Role.objects.filter(user=models.OuterRef("pk")).exclude(last_seen_at=None).values("last_seen_at")[:1]
    return holders.annotate(name_here=as_known(), seen_at=models.Subquery(seen)).order_by("name_here", "email")


def invite(
    email: str, name: str, roles: Collection[str], *, language: str, until: date | None = None
) -> tuple[User, bool]:
    """Give roles to the account with this address, or to a new one without a password; (user, made).

    Staff keep the name they are known by; anybody else is called `name` until they log in here.
    """
    user, made = User.objects.for_person(email=email, name=name, language=language)
    held = _held(user)
    if made:
        audit.log("user.created", user, new={"email": user.email}, called=name)
    # What is held already keeps its end.
    given = [role for role in roles if role not in held or _is_over(held[role])]
    _set(user, held, held | _ending(given, until), called="" if held else name)
    return user, made


def set_roles(user: User, names: Collection[str]) -> bool:
    """Set exactly these roles, those held already with the end they have. A blocked user stays blocked. False: nothing
    changed."""
    held = _held(user)
    return _set(user, held, {name: held.get(name) for name in names})


def set_roles_until(user: User, names: Collection[str], until: date | None) -> bool:
    """The same; `until` is the last day of all of them but the role of a member."""
    return _set(user, _held(user), _ending(names, until))


def set_role_ends(user: User, wanted: RoleEnds) -> bool:
    """The same; each with an end of its own."""
    return _set(user, _held(user), wanted)


def _is_over(until: date | None) -> bool:
    return until is not None and until < timezone.localdate()


def _ending(names: Collection[str], until: date | None) -> RoleEnds:
    return {name: None if name == Role.Name.MEMBER else until for name in names}


def _set(user: User, held: RoleEnds, wanted: RoleEnds, *, called: str = "") -> bool:
    if held == wanted:
        return False
    admin = Role.Name.ORG_ADMIN
    if admin in held and (admin not in wanted or wanted[admin] is not None):
        _keep_an_admin_besides(user)
    if wanted.keys() & STAFF_ROLES and not held.keys() & STAFF_ROLES:
        for ask in before_staff:
            ask()
    rows = list(Role.objects.filter(user=user).values_list("blocked_at", "called", "last_seen_at"))
    blocked_at = next((blocked for blocked, _name, _seen in rows if blocked), None)
    called = next((name for _blocked, name, _seen in rows if name), called)
    seen_at = max((seen for _blocked, _name, seen in rows if seen), default=None)
    Role.objects.filter(user=user, name__in=held.keys() - wanted.keys()).delete()
    for name in held.keys() & wanted.keys():
        if held[name] != wanted[name]:
            Role.objects.filter(user=user, name=name).update(until=wanted[name])
    given = {"called": called, "blocked_at": blocked_at, "last_seen_at": seen_at}
    Role.objects.bulk_create(
        [Role(user=user, name=name, until=wanted[name], **given) for name in sorted(wanted.keys() - held.keys())],
        ignore_conflicts=True,
    )
    if not wanted:
        _log_out(user)
    _log("user.roles_changed", user, called, old=_facts(held), new=_facts(wanted))
    return True


def _facts(roles: RoleEnds) -> dict[str, object]:
    ends = [until for until in roles.values() if until]
    return {"roles": sorted(roles)} | ({"until": min(ends)} if ends else {})


def block(user: User) -> None:
    """The roles stay, but open nothing here until `unblock`, and sessions here end. The login itself belongs to the
    person."""
    _keep_an_admin_besides(user)
    if Role.objects.filter(user=user, blocked_at=None).update(blocked_at=Now()):
        _log_out(user)
        _log("user.blocked", user)


def unblock(user: User) -> None:
    if Role.objects.filter(user=user).exclude(blocked_at=None).update(blocked_at=None):
        _log("user.unblocked", user)


def remove(user: User) -> None:
    """Take all roles here, and end the sessions. The login stays: it may be used elsewhere, and for the person's own
    tickets."""
    _keep_an_admin_besides(user)
    held, called = _held(user), known_name(user)
    Role.objects.filter(user=user).delete()
    _log_out(user)
    _log("user.removed", user, called, old={"roles": sorted(held)})


def log_out(user: User) -> int:
    """End all sessions here; how many there were."""
    if ended := sessions.end_here(user):
        _log("user.logged_out", user, new={"sessions": ended})
    return ended


def _log_out(user: User) -> None:
    """Whoever does this to themselves reads on their page that it was done; they have no role any more."""
    if audit.who()[0] != user:
        sessions.end_here(user)


def _log(action: str, user: User, called: str = "", **facts: object) -> None:
    """The name by which this organisation knows the user."""
    audit.log(action, user, called=called or known_name(user), **facts)


def _held(user: User) -> RoleEnds:
    return dict(Role.objects.filter(user=user).values_list("name", "until"))


def _keep_an_admin_besides(user: User) -> None:
    """Raise LastAdmin if nobody would be left who is one by hand and without a last day. Keeps the administrators' rows
    locked until the transaction ends."""
    rows: Any = Role.objects.lasting().filter(name=Role.Name.ORG_ADMIN)
    admins = set(rows.order_by("pk").select_for_update(of=("self",)).values_list("user_id", flat=True))
    if admins and admins <= {user.pk}:
        raise LastAdmin(name=known_name(user))
