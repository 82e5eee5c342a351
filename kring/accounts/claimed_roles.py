"""Roles that a login service gives, and takes back at the next login (A2, A6).

Roles given by hand are untouched, and so is everybody who is blocked here: administrators decide about them. A role
given by a service never counts as the last administrator's (`staffing`), so it can always be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping

from kring.accounts import openid
from kring.accounts.known_name import known_name
from kring.accounts.models import IdentityProvider, Role, User
from kring.organisations import audit

MOST_VALUES = 500


def values_at(claims: openid.JsonObject, path: str) -> frozenset[str]:
    """The texts of a claim: one, or a list. `path` may lead into it, "realm_access.roles"; a claim whose own name has
    dots, such as an address, comes first."""
    found: object = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    many = found if isinstance(found, list) else [found]
    return frozenset(each for each in many[:MOST_VALUES] if isinstance(each, str))


def claimed(provider: IdentityProvider, claims: openid.JsonObject) -> list[str]:
    """The roles that these claims give at this service."""
    if not provider.role_claim:
        return []
    values = values_at(claims, provider.role_claim)
    return sorted(role for role, givers in provider.roles.items() if values & set(givers) and role in Role.Name.values)


def given_to(user: User) -> dict[str, list[str]]:
    """The roles that login services gave, in words, by the name of the service."""
    found: dict[str, list[str]] = {}
    for role in Role.objects.filter(user=user).exclude(given_by=None).select_related("given_by").order_by("name"):
        assert role.given_by is not None
        found.setdefault(role.given_by.name, []).append(str(role.get_name_display()))
    return found


def apply(provider: IdentityProvider, user: User, names: list[str]) -> None:
    """Give and take back, in the log under the service's name."""
    rows = list(Role.objects.filter(user=user))
    if any(role.blocked_at for role in rows):
        return
    held = {role.name for role in rows}
    over = sorted(role.name for role in rows if role.given_by_id == provider.pk and role.name not in names)
    given = sorted(set(names) - held)
    if not over and not given:
        return
    called = next((role.called for role in rows if role.called), "")
    name = known_name(user)
    Role.objects.filter(user=user, given_by=provider, name__in=over).delete()
    Role.objects.bulk_create(
        [Role(user=user, name=role, given_by=provider, called=called) for role in given], ignore_conflicts=True
    )
    with audit.acting(None, label=provider.name, ip=audit.who()[2]):
        new = {"roles": sorted((held - set(over)) | set(given)), "login_service": provider.name}
        audit.log("user.roles_changed", user, old={"roles": sorted(held)}, new=new, called=name)
