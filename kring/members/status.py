"""The status of members, on a day: now, recorded afterwards, or planned and changed by the clock (M1).

Locks: the member first, then what belongs to it. Every change is in the log.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, Func, Q
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.accounts.models import User
from kring.core import dates
from kring.core.refusals import WrongState
from kring.core.transactions import in_transaction
from kring.members.models import GroupPlace, Member, Membership, PlannedStatus, StatusPeriod, WaitingMember
from kring.members.refusals import BeforeThePresentStatus
from kring.organisations import audit
from kring.plans import limits

State = Member.State
GONE = (State.LEFT, State.DECEASED)


@in_transaction
def change_status(
    member: Member, state: str, *, on: date | None = None, reason: str = "", by: User | None = None
) -> bool:
    """From that day on (today) in this state. False: the day is still to come, and the change is planned for it.

    Raises WrongState, LimitReached, and BeforeThePresentStatus where the day lies before the beginning of the present
    status.
    """
    if state in Member.BELONG and member.state not in Member.BELONG:
        limits.refuse_over(limits.Limited.MEMBERS)
    locked = _lock(member)
    day = on or timezone.localdate()
    if day > timezone.localdate():
        _plan(locked, state, day, reason, by)
    else:
        _change(locked, state, day, reason, by)
    member.refresh_from_db()
    return day <= timezone.localdate()


def leave(member: Member, last_day: date, *, reason: str = "", by: User | None = None) -> bool:
    """A member until the end of that day. See `change_status`."""
    return change_status(member, State.LEFT, on=last_day + timedelta(days=1), reason=reason, by=by)


@in_transaction
def suspend(
    member: Member, *, on: date | None = None, last_day: date | None = None, reason: str = "", by: User | None = None
) -> bool:
    """Without what members have, until the end of `last_day` or until somebody changes it. See `change_status`."""
    is_now = change_status(member, State.SUSPENDED, on=on, reason=reason, by=by)
    if last_day is not None:
        _plan(_lock(member), State.ACTIVE, last_day + timedelta(days=1), "", by)
    return is_now


@in_transaction
def forget_plan(planned: PlannedStatus) -> None:
    """The change does not come."""
    _lock(planned.member)
    if PlannedStatus.objects.filter(pk=planned.pk).delete()[0]:
        audit.log("member.plan_dropped", planned.member, old=_facts(planned.state, planned.on, planned.reason))


@in_transaction
def carry_out_plans() -> int:
    """Everything planned for today or earlier in the organisation of the scope; how many changes.

    A change that is no longer possible, since the status has become another, is dropped, and the log says so.
    """
    done = 0
    due = PlannedStatus.objects.filter(on__lte=timezone.localdate()).order_by("member", "on")
    for planned in due.select_related("member", "planned_by"):
        member = _lock(planned.member)
        if not PlannedStatus.objects.filter(pk=planned.pk).delete()[0]:
            continue
        if planned.state in Member.MOVES[State(member.state)]:
            _change(member, planned.state, max(planned.on, _since(member)), planned.reason, planned.planned_by)
            done += 1
        else:
            audit.log("member.plan_dropped", member, old=_facts(planned.state, planned.on, planned.reason))
    return done


def _lock(member: Member) -> Member:
    locked: Member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    return locked


def _plan(member: Member, state: str, day: date, reason: str, by: User | None) -> None:
    """Instead of what was planned for the same day, or of another plan to the same state."""
    before = State(member.state)
    for planned in PlannedStatus.objects.filter(member=member, on__lt=day).order_by("on"):
        before = State(planned.state)
    if state not in Member.MOVES[before]:
        raise WrongState(state=before.label)
    PlannedStatus.objects.filter(Q(on=day) | Q(state=state), member=member).delete()
    PlannedStatus.objects.create(member=member, state=state, on=day, reason=reason, planned_by=by)
    audit.log("member.status_planned", member, new=_facts(state, day, reason))


def _change(member: Member, state: str, day: date, reason: str, by: User | None) -> None:
    old, since = member.state, _since(member)
    if day < since:
        raise BeforeThePresentStatus(since=dates.plain_day(since))
    changes: dict[str, date | None] = {}
    if state in GONE:
        changes["left_on"] = max(day - timedelta(days=1), member.joined_on or date.min)
    elif old in (*GONE, State.APPLICANT):
        changes |= {"joined_on": day, "left_on": None}
    member.become(state, **changes)
    StatusPeriod.objects.filter(member=member, during__startswith__gte=day).delete()
    StatusPeriod.objects.filter(member=member, during__upper_inf=True).update(during=_until(day))
    StatusPeriod.objects.create(member=member, state=state, during=DateRange(day), reason=reason, recorded_by=by)
    if state in GONE:
        _end_what_members_have(member, day)
    for planned in PlannedStatus.objects.filter(member=member):
        if state in GONE or planned.on <= day or planned.state not in Member.MOVES[State(state)]:
            planned.delete()
            audit.log("member.plan_dropped", member, old=_facts(planned.state, planned.on, planned.reason))
    audit.log("member.status_changed", member, old={"state": old}, new=_facts(state, day, reason))


def _since(member: Member) -> date:
    """The first day of the present status; the beginning of time where nobody knows."""
    present = StatusPeriod.objects.filter(member=member, during__upper_inf=True).values_list("during", flat=True)
    lowest: date = (present[0].lower if present else None) or date.min
    return lowest


def end_what_members_have(member: Member) -> None:
    """Of somebody who is gone by now, since the first day of that status."""
    since = _since(member)
    _end_what_members_have(member, timezone.localdate() if since == date.min else since)


def _end_what_members_have(member: Member, day: date) -> None:
    """Type and groups, not data. What was to begin later does not."""
    Membership.objects.filter(member=member, during__startswith__gte=day).delete()
    Membership.objects.filter(Q(during__upper_inf=True) | Q(during__endswith__gt=day), member=member).update(
        during=_until(day)
    )
    WaitingMember.objects.filter(member=member).delete()
    last = day - timedelta(days=1)
    GroupPlace.objects.filter(member=member, left_on=None, joined_on__gt=last).update(left_on=F("joined_on"))
    GroupPlace.objects.filter(member=member, left_on=None).update(left_on=last)


def _until(day: date) -> Func:
    """The same period, cut off on that day."""
    return Func(Func(F("during"), function="lower"), day, function="daterange")


def _facts(state: str, day: date, reason: str) -> dict[str, object]:
    return {"state": state, "on": day, "reason": reason}
