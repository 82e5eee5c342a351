"""Who may act for whom, before and after a merge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from kring.members.merging.fields import KEPT
from kring.members.merging.running import merge
from kring.members.models import Guardianship, Member

# A login or a guardian, and the key of the member they may act for.
type Right = tuple[str, int]


@dataclass(frozen=True)
class Shift:
    """`who` gains or loses the right to act for `whom`."""

    who: str
    whom: str


@dataclass(frozen=True)
class Shifts:
    gained: list[Shift]
    lost: list[Shift]

    @property
    def digest(self) -> str:
        """Of what somebody has seen; "" where nothing shifts."""
        if not self.gained and not self.lost:
            return ""
        named = [[(each.who, each.whom) for each in some] for some in (self.gained, self.lost)]
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def foreseen(kept: Member, gone: Member, chosen: Mapping[str, str]) -> Shifts:
    """By carrying the merge out and taking it back, so it is what would happen. Raises as `merge` does."""
    with transaction.atomic():
        old = _held([kept.pk, gone.pk])
        merge(kept, gone, {"login": KEPT} | {name: side for name, side in chosen.items() if side})
        new = _held([kept.pk])
        transaction.set_rollback(True)
    one = {(who, kept.pk if whom == gone.pk else whom): name for (who, whom), name in old.items()}
    return Shifts(
        gained=_sorted({right: name for right, name in new.items() if right not in old}),
        lost=_sorted({right: name for right, name in one.items() if right not in new}),
    )


def _sorted(found: Mapping[Right, str]) -> list[Shift]:
    return [Shift(who, name) for (who, _whom), name in sorted(found.items())]


def _held(keys: Collection[int]) -> dict[Right, str]:
    """In force today, with the name of whom it is about. Of the two themselves as guardians, only the logins count:
    they are one person."""
    own = Member.objects.filter(pk__in=keys).exclude(user=None).select_related("user")
    found: dict[Right, str] = {(str(each.user.email), each.pk): each.name for each in own if each.user}
    held = Guardianship.objects.in_force().filter(Q(child__in=keys) | Q(guardian__member__in=keys))
    for each in held.select_related("child", "guardian__user", "guardian__member__user"):
        guardian = each.guardian
        logins = [guardian.user, guardian.member.user if guardian.member else None]
        who = [str(login.email) for login in logins if login is not None]
        if guardian.member_id not in keys:
            who.append(str(guardian))
        found |= {(name, each.child_id): each.child.name for name in who}
    return found
