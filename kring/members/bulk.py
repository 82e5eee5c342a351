"""One act on many members (M1): the same verbs as for one, with the outcome of each, and never twice.

The items of a `MemberBulk` are written before anything happens. Each part is done and recorded in one transaction, so
it may be interrupted and resumed: what is recorded is done, what is not recorded has not happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.core import jobs
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.members import groups, inviting, memberships, status, writing
from kring.members.models import (
    Group,
    GroupPlace,
    Member,
    MemberBulk,
    MemberBulkItem,
    Membership,
    MembershipType,
    Season,
)
from kring.members.refusals import Retired
from kring.organisations import audit
from kring.organisations.current import current_organisation

# Up to so many are done in the request; more by the worker, in parts of this size.
AT_ONCE = 25
PART = 100
TWICE = timedelta(minutes=1)
Act = MemberBulk.Act
Outcome = MemberBulkItem.Outcome


class NothingToDo(Exception):
    """Not a refusal: it is so already. The argument says why."""


@transaction.atomic
def begin(act: str, members: Sequence[Member], *, by: User | None, **facts: object) -> MemberBulk:
    """Record the act and its items. A few are done at once, many part after part by the worker.

    `facts`: of a change of status `state`, `on`, `reason`; `group` and `season`; `type` and `since`; of emails those of
    `writing.Letter`.
    """
    # A button pressed twice, or by two clicks at once, does it once.
    lock(["members.bulk"])
    keys = {member.pk for member in members}
    recent = MemberBulk.objects.filter(act=act, facts=facts, created_by=by, created_at__gt=timezone.now() - TWICE)
    for same in recent:
        if set(same.items.values_list("member_id", flat=True)) == keys:
            return same
    bulk = MemberBulk.objects.create(act=act, facts=facts, created_by=by)
    noted = {name: facts[name] for name in ("state", "reason", "subject") if facts.get(name)}
    audit.log("members.bulk", current_organisation(), new={"act": act, "number": len(members), **noted})
    if act == Act.MAIL:
        number = writing.address(bulk, members)
    else:
        items = [MemberBulkItem(bulk=bulk, member=member) for member in members]
        MemberBulkItem.objects.bulk_create(items, batch_size=5000)
        number = len(items)
    if number <= AT_ONCE:
        while proceed(bulk):
            pass
    else:
        jobs.later("members.bulk", bulk_id=bulk.pk)
    return bulk


@transaction.atomic
def proceed(bulk: MemberBulk, *, most: int = PART) -> bool:
    """The next part, in this transaction. False when none is left; then it is finished."""
    locked: MemberBulk = MemberBulk.objects.select_for_update(no_key=True).get(pk=bulk.pk)
    by = locked.created_by
    with (
        audit.acting(by, label="" if by else "worker"),
        translation.override(by.language if by else current_organisation().language),
        timezone.override(current_organisation().zone),
    ):
        number = writing.send(locked, most=most) if locked.act == Act.MAIL else _act_on_some(locked, most)
    if number == most:
        return True
    MemberBulk.objects.filter(pk=locked.pk, finished_at=None).update(finished_at=timezone.now())
    return False


def progress(bulk: MemberBulk) -> dict[str, int]:
    """Items by outcome."""
    return dict(bulk.items.order_by().values_list("outcome").annotate(Count("pk")))


def _act_on_some(bulk: MemberBulk, most: int) -> int:
    part = list(bulk.items.filter(outcome=Outcome.WAITING).select_related("member").order_by("pk")[:most])
    for item in part:
        item.outcome, item.reason = _done(bulk, item.member)
    MemberBulkItem.objects.bulk_update(part, ["outcome", "reason"])
    return len(part)


def _done(bulk: MemberBulk, member: Member) -> tuple[str, str]:
    """One member, completely or not at all."""
    try:
        with transaction.atomic():
            ACTS[Act(bulk.act)](bulk, member)
    except NothingToDo as why:
        return Outcome.NOTHING, str(why)
    except Refusal as refusal:
        return Outcome.REFUSED, str(refusal)[:300]
    return Outcome.DONE, ""


def _change_status(bulk: MemberBulk, member: Member) -> None:
    day, state = date.fromisoformat(bulk.facts["on"]), bulk.facts["state"]
    if member.state == state:
        raise NothingToDo(_("The status is this one already."))
    status.change_status(member, state, on=day, reason=bulk.facts.get("reason", ""), by=bulk.created_by)


def _join(bulk: MemberBulk, member: Member) -> None:
    season = Season.objects.filter(pk=bulk.facts.get("season")).first()
    group = Group.objects.filter(pk=bulk.facts["group"]).first()
    if group is None or (season is None and bulk.facts.get("season")):
        raise Retired(name=group or _("group"))
    if not groups.put_in(group, [member], season=season):
        raise NothingToDo(_("In the group already."))


def _leave(bulk: MemberBulk, member: Member) -> None:
    places = GroupPlace.objects.current().filter(group=bulk.facts["group"], member=member)
    if not groups.take_out(places.select_related("group", "member")):
        raise NothingToDo(_("Not in the group."))


def _set_type(bulk: MemberBulk, member: Member) -> None:
    kind = MembershipType.objects.filter(pk=bulk.facts["type"]).first()
    if kind is None:
        raise Retired(name=_("membership type"))
    since = date.fromisoformat(bulk.facts["since"])
    if not member.belongs:
        raise NothingToDo(_("The status is “%(status)s”.") % {"status": member.get_state_display()})
    if memberships.present_type(member, since) == kind:
        raise NothingToDo(_("Of this type already."))
    memberships.set_type(member, kind, since=since)


def _invite(bulk: MemberBulk, member: Member) -> None:
    if not member.belongs:
        raise NothingToDo(_("The status is “%(status)s”.") % {"status": member.get_state_display()})
    invited = inviting.invite([member], by=bulk.created_by)
    if invited.active:
        raise NothingToDo(_("Has a login already."))
    if invited.without_address:
        raise NothingToDo(_("There is no email address."))
    if invited.recent:
        raise NothingToDo(_("This address was sent an invitation a moment ago, for all who share it."))


ACTS: Mapping[Act, Callable[[MemberBulk, Member], None]] = {
    Act.STATUS: _change_status,
    Act.JOIN: _join,
    Act.LEAVE: _leave,
    Act.TYPE: _set_type,
    Act.INVITE: _invite,
}


def foresee(act: str, members: Sequence[Member], facts: Mapping[str, object]) -> dict[str, list[Member]]:
    """Who cannot, by the reason, as things are now. Two statements at most; the act looks again."""
    found: dict[str, list[Member]] = defaultdict(list)
    known = _known(Act(act), members, facts)
    for member in members:
        if why := _obstacle(Act(act), member, facts, known):
            found[why].append(member)
    return dict(found)


def _known(act: Act, members: Sequence[Member], facts: Mapping[str, object]) -> set[int]:
    """Keys of those who are in the group, have the type, or have a login."""
    if act in (Act.JOIN, Act.LEAVE):
        places = GroupPlace.objects.current().filter(group=facts["group"], member__in=members)
        return set(places.values_list("member_id", flat=True))
    if act == Act.TYPE:
        now = Membership.objects.on(date.fromisoformat(str(facts["since"]))).filter(
            type=facts["type"], member__in=members
        )
        return set(now.values_list("member_id", flat=True))
    if act == Act.INVITE:
        return set(inviting.with_a_login().filter(pk__in=[each.pk for each in members]).values_list("pk", flat=True))
    return set()


def _obstacle(act: Act, member: Member, facts: Mapping[str, object], known: set[int]) -> str:
    is_status = _("The status is “%(status)s”.") % {"status": member.get_state_display()}
    is_known = member.pk in known
    match act:
        case Act.STATUS:
            return "" if facts["state"] in Member.MOVES[Member.State(member.state)] else is_status
        case Act.LEAVE:
            return "" if is_known else _("Not in the group.")
        case Act.JOIN if is_known:
            return _("In the group already.")
        case Act.TYPE if is_known:
            return _("Of this type already.")
        case Act.INVITE if is_known:
            return _("Has a login already.")
        case Act.INVITE if not member.email:
            return _("There is no email address.")
    return "" if member.belongs else is_status
