"""The name by which this organisation knows a user: the one it wrote itself, until the user has logged in here.

Anybody may invite any address; the name in its account was given elsewhere.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from kring.accounts.models import Role, User


def known_name(user: User) -> str:
    """One statement, unless the user was fetched with `as_known()` or by `roles.people_with`."""
    if (known := getattr(user, "name_here", None)) is None:
        known = _called(user).first() or user.name
    return known or user.email


def as_known() -> Coalesce:
    """For lists of users: `annotate(name_here=as_known())`."""
    return Coalesce(Subquery(_called(OuterRef("pk"))[:1]), "name", output_field=CharField())


def has_come(user: User) -> None:
    """The user has logged in here: from now on the name of the account is shown."""
    Role.objects.filter(user=user).update(called="", last_seen_at=Now())


def _called(user: User | OuterRef) -> Any:
    return Role.objects.filter(user=user).exclude(called="").values_list("called", flat=True)
