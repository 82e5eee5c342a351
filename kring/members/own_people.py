"""Whom a login may see, and for whom it decides: itself, and children it is a guardian of today (M7).

Asked of the database each time: a right that ended a moment ago is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kring.accounts.models import User
from kring.members import households
from kring.members.models import Guardianship, Member


@dataclass(frozen=True)
class OwnPerson:
    """`decides`: about data, consents, leaving. `is_own`: the login's own membership."""

    member: Member
    is_own: bool
    decides: bool

    @property
    def may_change(self) -> bool:
        """Their data, while they have to do with the organisation: of those who left they stay as they were."""
        return self.member.state not in (Member.State.LEFT, Member.State.DECEASED)


def people_of(user: User) -> list[OwnPerson]:
    """Themselves first, then the children by age. One statement."""
    found = [_person(member) for member in _rows(user).select_related("household").order_by("birth_date", "pk")]
    return sorted(found, key=lambda person: not person.is_own)


def person(user: User, pk: int) -> OwnPerson | None:
    """One of them; None for anybody else. One statement."""
    found = _rows(user).select_related("household").filter(pk=pk).first()
    return _person(found) if found is not None else None


def _rows(user: User) -> QuerySet[Member]:
    in_force = Guardianship.objects.in_force().filter(child=OuterRef("pk"))
    theirs = in_force.filter(guardian__user=user) | in_force.filter(guardian__member__user=user)
    rows: QuerySet[Member] = Member.objects.filter(Q(user=user) | Exists(theirs)).annotate(
        decides_as_guardian=Exists(theirs.filter(may_decide=True)),
        has_guardian=Exists(in_force.filter(may_decide=True)),
        is_themselves=Q(user=user),
    )
    return rows


def _person(found: Any) -> OwnPerson:
    """A minor for whom a guardian decides does not decide alone."""
    decides_alone = found.is_themselves and not (households.is_minor(found) and found.has_guardian)
    return OwnPerson(found, found.is_themselves, decides_alone or found.decides_as_guardian)
