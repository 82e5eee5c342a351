"""What members are members as: types, their periods, and the notice they ask for (M1)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.core.transactions import in_transaction
from kring.members.models import Application, Member, Membership, MembershipType
from kring.members.refusals import EndsBeforeItBegins, InUse, Retired, as_the_database_says
from kring.organisations import audit, changing

# A membership ends with every so many months.
_STEPS = {
    MembershipType.NoticeUntil.MONTH: 1,
    MembershipType.NoticeUntil.QUARTER: 3,
    MembershipType.NoticeUntil.YEAR: 12,
}


def earliest_last_day(kind: MembershipType | None, notice_given: date) -> date:
    """The first day with which a membership of this type may end, after a notice on that day."""
    if kind is None:
        return notice_given
    day = _months_later(notice_given, kind.notice_months)
    step = _STEPS.get(MembershipType.NoticeUntil(kind.notice_until))
    if step is None:
        return day
    month = -(-day.month // step) * step
    return date(day.year, month, monthrange(day.year, month)[1])


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@in_transaction
def set_type(
    member: Member, kind: MembershipType, *, since: date | None = None, until: date | None = None
) -> Membership:
    """Of this type from `since` (today) until the end of `until`; the present membership ends on the day before.

    Raises Retired, EndsBeforeItBegins, Overlapping: a later membership stands in the way.
    """
    first = since or timezone.localdate()
    if kind.retired_at is not None:
        raise Retired(name=kind.name)
    if until is not None and until < first:
        raise EndsBeforeItBegins()
    Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    memberships = Membership.objects.filter(member=member).select_related("type")
    earlier = memberships.filter(Q(during__startswith__lt=first) | Q(during__lower_inf=True), during__contains=first)
    old = None
    for present in earlier:
        old = {"type": present.type.name, "until": first - timedelta(days=1)}
        present.during = DateRange(present.during.lower, first)
        present.save(update_fields=["during"])
    memberships.filter(during__startswith=first).delete()
    with as_the_database_says():
        made = Membership.objects.create(
            member=member, type=kind, during=DateRange(first, until and until + timedelta(days=1))
        )
    audit.log("member.type_set", member, old=old, new={"type": kind.name, "since": first, "until": until})
    return made


def present_type(member: Member, on: date | None = None) -> MembershipType | None:
    day = on or timezone.localdate()
    found = Membership.objects.on(day).filter(member=member).select_related("type").first()
    return found.type if found else None


@in_transaction
def create_type(**fields: Any) -> MembershipType:
    kind = MembershipType.objects.create(**fields)
    audit.log("membership_type.created", kind, new={"name": kind.name})
    return kind


def change_type(kind: MembershipType, **fields: Any) -> bool:
    """False: nothing differed."""
    return changing.change(kind, "membership_type.changed", **fields)


@in_transaction
def retire_type(kind: MembershipType) -> None:
    """Nobody gets it any more; those who have it keep it."""
    changing.change(kind, "membership_type.retired", retired_at=timezone.now())


@in_transaction
def remove_type(kind: MembershipType) -> None:
    """For good. Raises InUse when anybody has, had, or applies for a membership of it."""
    if Membership.objects.filter(type=kind).exists() or Application.objects.filter(type=kind).exists():
        raise InUse(name=kind.name)
    audit.log("membership_type.removed", kind, old={"name": kind.name})
    kind.delete()
