"""Whom a login may see, and for whom it decides: itself, and children it is a guardian of today (M7).

Asked of the database each time: a right that ended a moment ago is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from kring.accounts.models import User
from kring.members import households
from kring.members.acting import guardianships_of
from kring.members.models import ChangeRequest, GroupPlace, Guardianship, Meeting, Member, Membership, PlannedStatus


@dataclass(frozen=True)
class PortalPerson:
    """`decides`: about data, consents, leaving. `is_own`: the login's own membership. `type`: the present one;
    `pending`: changes that were asked for; `last_day`: of a planned exit; `meets_on`, `meets_with`: the next meeting of
    a group of theirs."""

    member: Member
    is_own: bool
    decides: bool
    type: str
    pending: int
    last_day: date | None
    meets_on: date | None
    meets_with: str

    @property
    def may_change(self) -> bool:
        """Their data: not by a guardian who may only see them, and not of those who left, which stay as they were."""
        return (self.is_own or self.decides) and self.member.state not in (Member.State.LEFT, Member.State.DECEASED)


def people_of(user: User) -> list[PortalPerson]:
    """Themselves first, then the children by age. One statement."""
    return sorted(_people(user, Q()), key=lambda person: not person.is_own)


def person(user: User, pk: int) -> PortalPerson | None:
    """One of them; None for anybody else. One statement."""
    return next(iter(_people(user, Q(pk=pk))), None)


def _people(user: User, wanted: Q) -> list[PortalPerson]:
    in_force = Guardianship.objects.in_force().filter(child=OuterRef("pk"))
    theirs = guardianships_of(user).in_force().filter(child=OuterRef("pk"))
    today = timezone.localdate()
    types = Membership.objects.on(today).filter(member=OuterRef("pk")).values("type__name")
    pending = ChangeRequest.objects.pending().filter(member=OuterRef("pk")).order_by().values("member")
    exits = PlannedStatus.objects.filter(member=OuterRef("pk"), state=Member.State.LEFT).values("on")
    groups = GroupPlace.objects.current().filter(member=OuterRef(OuterRef("pk"))).values("group")
    meetings = Meeting.objects.filter(group__in=groups, on__gte=today).order_by("on", "pk")
    rows = Member.objects.filter(Q(user=user) | Exists(theirs), wanted).annotate(
        type_now=Subquery(types[:1]),
        number_pending=Subquery(pending.annotate(number=Count("pk")).values("number")),
        leaves_on=Subquery(exits[:1]),
        next_meeting=Subquery(meetings.values("on")[:1]),
        next_group=Subquery(meetings.values("group__name")[:1]),
        is_own=Case(When(user=user, then=Value(True)), default=Value(False), output_field=BooleanField()),
        decides_as_guardian=Exists(theirs.filter(may_decide=True)),
        has_guardian=Exists(in_force.filter(may_decide=True)),
    )
    return [
        PortalPerson(
            each,
            each.is_own,
            # A minor for whom a guardian decides does not decide alone.
            each.decides_as_guardian or (each.is_own and not (households.is_minor(each) and each.has_guardian)),
            each.type_now or "",
            each.number_pending or 0,
            each.leaves_on and each.leaves_on - timedelta(days=1),
            each.next_meeting,
            each.next_group or "",
        )
        for each in rows.select_related("household", "submission__version").order_by("birth_date", "pk")
    ]
