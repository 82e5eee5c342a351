"""A person's own details (M3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from kring.accounts.models import Profile, User
from kring.core.tenancy import current_organisation_id
from kring.organisations import audit


def of(user: User) -> dict[str, str]:
    """The details so far: those of the login, and those only this organisation has."""
    profession = Profile.objects.filter(user_id=user.pk).values_list("profession", flat=True).first() or ""
    return {"name": user.name, "language": user.language, "profession": profession}


def change(user: User, **details: object) -> bool:
    """Save `name`, `language` and `profession`; each change is logged with old and new. False: nothing was new."""
    known = of(user)
    changed = {field: value for field, value in details.items() if known[field] != value}
    if not changed:
        return False
    if login := changed.keys() & {"name", "language"}:
        for field in login:
            setattr(user, field, changed[field])
        user.save(update_fields=sorted(login))
    if "profession" in changed:
        Profile.objects.update_or_create(user=user, defaults={"profession": changed["profession"]})
    audit.log("profile.changed", user, old={field: known[field] for field in changed}, new=changed)
    return True


def remember(professions: Mapping[int, str]) -> None:
    """Link these users (by id) to this organisation; a profession is set where there was none. One statement."""
    users = sorted(professions)
    values: dict[str, Any] = {"users": users, "professions": [professions[user] for user in users]}
    values |= {"organisation": current_organisation_id(), "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, values)


_REMEMBER = """
INSERT INTO accounts_profile AS known (organisation_id, user_id, profession, created_at)
SELECT %(organisation)s, user_id, profession, %(now)s
FROM unnest(%(users)s::bigint[], %(professions)s::text[]) AS given (user_id, profession) ORDER BY user_id
ON CONFLICT (organisation_id, user_id) DO UPDATE SET profession = excluded.profession
WHERE known.profession = '' AND excluded.profession <> ''
"""
