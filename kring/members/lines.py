"""Who waits for a place in a full group (M4): applicants the organisation wants, and members. Turns are by arrival.

An applicant arrived when they applied, a member when somebody put them on the list. Whoever takes a place in its turn
holds the group's row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.refusals import Refusal, WrongState
from kring.core.transactions import in_transaction
from kring.members import groups
from kring.members.models import Application, Group, Member, Season, WaitingMember
from kring.organisations import audit


class OthersWait(Refusal):
    code = "others_wait"
    field = "group"
    message = _("Others wait for “%(group)s” who applied earlier. Their turn comes first.")


class NotFull(Refusal):
    code = "not_full"
    field = "group"
    message = _("“%(group)s” has a free place, and nobody waits for it.")


class InItAlready(Refusal):
    code = "in_it_already"
    field = "group"
    message = _("%(name)s is in “%(group)s” already.")


@dataclass(frozen=True)
class Turn:
    """One of both."""

    since: datetime
    application: Application | None = None
    waiting: WaitingMember | None = None

    @property
    def name(self) -> str:
        return str(self.application or (self.waiting and self.waiting.member))


@dataclass(frozen=True)
class Line:
    """Before a group: who waits, by arrival; how many places are free in the season its people are in (None: no
    limit)."""

    group: Group
    season: Season | None
    free: int | None
    turns: list[Turn]

    @property
    def has_place(self) -> bool:
        return self.free != 0


def lines() -> list[Line]:
    """Those before groups in use, the ones with a place first. Two statements for each group waited for, and two."""
    applications = Application.objects.in_line().select_related("type", "group")
    members = WaitingMember.objects.select_related("member", "group")
    turns = [Turn(each.submitted_at, application=each) for each in applications]
    turns += [Turn(each.since, waiting=each) for each in members]
    found: dict[Group, list[Turn]] = {}
    for turn in sorted(turns, key=lambda turn: turn.since):
        row = turn.application or turn.waiting
        if row is not None and row.group is not None:
            found.setdefault(row.group, []).append(turn)
    made = [_line(group, people) for group, people in found.items()]
    return sorted(made, key=lambda line: (not line.has_place, line.group.name))


def number_with_place() -> int:
    """How many groups have a free place and somebody who waits for it. One statement, and two for each group waited
    for."""
    applicants = Application.objects.in_line().order_by().filter(group=OuterRef("pk"))
    members = WaitingMember.objects.order_by().filter(group=OuterRef("pk"))
    waited_for = Group.objects.in_use().filter(Exists(applicants) | Exists(members))
    return sum(groups.free_places(group, groups.present_season(group)) != 0 for group in waited_for)


def _line(group: Group, turns: list[Turn]) -> Line:
    season = groups.present_season(group)
    return Line(group, season, groups.free_places(group, season), turns)


def number_in_line(group: Group) -> int:
    return in_line(group).count() + WaitingMember.objects.filter(group=group).count()


def in_line(group: Group) -> QuerySet[Application]:
    """The applicants who wait for a place in it, by arrival."""
    found: QuerySet[Application] = Application.objects.in_line().filter(group=group)
    return found


def earlier(group: Group, since: datetime, *, but: Application | WaitingMember | None = None) -> int:
    """How many wait for it who arrived before; of two at the same moment the one with the lower key."""
    is_before = {"submitted_at": Q(submitted_at__lt=since), "since": Q(since__lt=since)}
    if isinstance(but, Application):
        is_before["submitted_at"] |= Q(submitted_at=since, pk__lt=but.pk)
    if isinstance(but, WaitingMember):
        is_before["since"] |= Q(since=since, pk__lt=but.pk)
    applicants = in_line(group).filter(is_before["submitted_at"])
    members = WaitingMember.objects.filter(is_before["since"], group=group)
    if isinstance(but, Application):
        applicants = applicants.exclude(pk=but.pk)
    if isinstance(but, WaitingMember):
        members = members.exclude(pk=but.pk)
    return applicants.count() + members.count()


def demand_turn(group: Group, since: datetime, *, but: Application | WaitingMember | None = None) -> None:
    """Locks the group: nobody joins the line meanwhile. Raises OthersWait."""
    Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if earlier(group, since, but=but):
        raise OthersWait(group=group.name)


def demand_full(group: Group, season: Season | None, since: datetime, *, but: Application | None = None) -> None:
    """Locks the group. Raises NotFull where there is a place, and nobody waits who arrived before."""
    group = Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if groups.free_places(group, season) != 0 and not earlier(group, since, but=but):
        raise NotFull(group=group.name)


def must_wait(group: Group, season: Season | None) -> bool:
    """Whether a member who comes now has to wait, as it is full or others wait."""
    return groups.free_places(group, season) == 0 or earlier(group, timezone.now()) > 0


@in_transaction
def let_wait(group: Group, member: Member, *, season: Season | None = None, by: User | None) -> WaitingMember:
    """Put a member on the list; once more: they keep their turn. Raises NotFull, InItAlready, WrongState."""
    if not member.belongs:
        raise WrongState(state=member.get_state_display())
    demand_full(group, season, timezone.now())
    if group.places.current().filter(member=member, season=season).exists():
        raise InItAlready(name=member.name, group=group.name)
    found, is_new = WaitingMember.objects.get_or_create(group=group, member=member, defaults={"recorded_by": by})
    if is_new:
        audit.log("group.waited_for", member, new={"group": group.name})
    return found


@in_transaction
def place(waiting: WaitingMember, *, season: Season | None = None) -> None:
    """Into the group, if it is their turn. Raises OthersWait, GroupFull, Retired, WrongState; nothing where they have
    it, or want it no more."""
    demand_turn(waiting.group, waiting.since, but=waiting)
    if not WaitingMember.objects.filter(pk=waiting.pk).delete()[0]:
        return
    groups.put_in(waiting.group, [Member.objects.get(pk=waiting.member_id)], season=season)


@in_transaction
def wait_no_more(waiting: WaitingMember) -> None:
    if WaitingMember.objects.filter(pk=waiting.pk).delete()[0]:
        audit.log("group.waited_for_no_more", waiting.member, old={"group": waiting.group.name})
