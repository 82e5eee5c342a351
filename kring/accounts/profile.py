"""What a person says about herself (M3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Value, When

from kring.accounts.models import Profile, User
from kring.organisations import audit


def of(user: User) -> dict[str, str]:
    """What she said so far: her login's data, and what this organisation knows beside it."""
    profession = Profile.objects.filter(user_id=user.pk).values_list("profession", flat=True).first() or ""
    return {"name": user.name, "language": user.language, "profession": profession}


def change(user: User, **said: Any) -> bool:
    """Keep `name`, `language` and `profession`; each change is logged with old and new. False: nothing was new."""
    known = of(user)
    changed = {field: value for field, value in said.items() if known[field] != value}
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
    """These users (by id) are known here from now on; a profession is noted where none was. Two statements at most."""
    Profile.objects.bulk_create(
        [Profile(user_id=user, profession=professions[user]) for user in sorted(professions)], ignore_conflicts=True
    )
    if said := {user: profession for user, profession in professions.items() if profession}:
        cases = [When(user=user, then=Value(profession)) for user, profession in said.items()]
        Profile.objects.filter(user__in=said, profession="").update(profession=Case(*cases))
