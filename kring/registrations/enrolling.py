"""Enrolment that leads into a group of the register: whoever is registered is put into it (M7).

The places of the group are the register's promise: `GroupPlace` never exceeds them. A registration is refused where
those who are in the group, and those registered for it already, leave no place; so nobody begins to pay for a place
there is not. Where a secretary gives the last place to another meanwhile, the paid order is undecided, as with
late money (P4).

Locks: the groups in the order of their keys, before pools.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull
from django.utils import timezone

from kring.core.refusals import Refusal, WrongState
from kring.core.transactions import in_transaction
from kring.events.models import Attraction
from kring.members import groups
from kring.members.keeping import still_there
from kring.members.models import Group, GroupPlace, Member
from kring.members.refusals import GroupFull
from kring.organisations import audit
from kring.registrations.models import Registration, RegistrationQuerySet


@dataclass(frozen=True)
class Target:
    """A group, in a season or for as long as it lasts."""

    group: int
    season: int | None


def demand_places(attractions: Iterable[Attraction]) -> None:
    """Before a place of each of these is taken, one for each time it is named. No statement where none leads into a
    group. Raises GroupFull."""
    wanted = Counter(target for each in attractions if (target := _target(each)))
    limited = _locked(wanted)
    for target, number in wanted.items():
        group = limited.get(target.group)
        if group is None or group.capacity is None:
            continue
        if _present(target).count() + _expected(target).count() + number > group.capacity:
            raise GroupFull(group=group.name, capacity=group.capacity)


def have_places(registrations: Sequence[Registration]) -> bool:
    """Whether those of these who are not in their group yet find places there; the groups are locked then."""
    wanted = defaultdict[Target, list[Registration]](list)
    for each in registrations:
        if each.group_place_id is None and (target := _target(each.attraction)):
            wanted[target].append(each)
    limited = _locked(wanted)
    for target, rows in wanted.items():
        group = limited.get(target.group)
        if group is None or group.capacity is None:
            continue
        present = _present(target)
        there = set(present.values_list("member", flat=True))
        new = [each for each in rows if each.member_id is None or each.member_id not in there]
        if present.count() + len(new) > group.capacity:
            return False
    return True


def enter(registrations: Sequence[Registration]) -> None:
    """Put those whom the register knows into the group. Who is in it already stays there by the place they had.

    Who does not belong to the organisation, or finds no place although staff let them come, is left to staff, who see
    them (`waiting`).
    """
    for each in registrations:
        target = _target(each.attraction)
        if target is not None and each.member_id is not None and each.group_place_id is None:
            try:
                with transaction.atomic():
                    _enter(each, target)
            except Refusal:
                continue


def leave(registrations: Iterable[Registration]) -> None:
    """Out of the group, if these registrations had put them there."""
    concerned = [each for each in registrations if each.group_place_id is not None]
    if not concerned:
        return
    places = GroupPlace.objects.filter(pk__in=[each.group_place_id for each in concerned])
    groups.take_out(places.select_related("member", "group"))
    for each in concerned:
        each.give_place(None)


def waiting(group: Group) -> RegistrationQuerySet:
    """Registered for this group, and not in it: not in the register, no longer a member, or without a place."""
    rows: RegistrationQuerySet = Registration.objects.filter(
        attraction__group=group, state=Registration.State.COMPLETED, group_place=None
    )
    return rows.exclude(_is_there()).select_related("event", "attraction__season", "line__order", "member")


@in_transaction
def say_who(registration: Registration, member: Member) -> None:
    """By staff: that it is this member, who is put into the group. Raises GroupFull, Retired, WrongState."""
    locked = Registration.objects.select_for_update(no_key=True, of=("self",)).select_related("attraction")
    registration = locked.get(pk=registration.pk)
    target = _target(registration.attraction)
    if registration.state != Registration.State.COMPLETED or target is None:
        raise WrongState(state=registration.get_state_display())
    if registration.member_id != member.pk:
        leave([registration])
        audit.log(
            "registration.member_set",
            registration,
            old={"member": registration.member_id},
            new={"member": member.number},
        )
        registration.is_of(member)
    if registration.group_place_id is None:
        _enter(registration, target)


def _enter(registration: Registration, target: Target) -> None:
    group, season = registration.attraction.group, registration.attraction.season
    assert group is not None and registration.member_id is not None
    # As they are now: they may have left while the order was paid.
    member = still_there(Member.objects.filter(pk=registration.member_id))
    if groups.put_in(group, [member], season=season):
        registration.give_place(_present(target).get(member=member))


def _target(attraction: Attraction) -> Target | None:
    return Target(attraction.group_id, attraction.season_id) if attraction.group_id is not None else None


def _locked(targets: Iterable[Target]) -> Mapping[int, Group]:
    """Those in use. No statement for none."""
    keys = {each.group for each in targets}
    if not keys:
        return {}
    rows = Group.objects.in_use().filter(pk__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",))
    return {group.pk: group for group in rows}


def _present(target: Target) -> QuerySet[GroupPlace]:
    rows: QuerySet[GroupPlace] = GroupPlace.objects.filter(group=target.group, season=target.season, left_on=None)
    return rows


def _expected(target: Target) -> RegistrationQuerySet:
    """Those who are to come: registered, not over by the clock, and not in the group yet."""
    rows: RegistrationQuerySet = Registration.objects.live().filter(
        Q(state=Registration.State.COMPLETED) | Q(line__order__expires_at__gt=timezone.now()),
        attraction__group=target.group,
        attraction__season=target.season,
        group_place=None,
        line__cancelled_at=None,
    )
    return rows.exclude(_is_there())


def _is_there() -> Exists:
    """Whether they are in the group, whoever put them there."""
    places = GroupPlace.objects.filter(group=OuterRef("attraction__group"), member=OuterRef("member"), left_on=None)
    is_lasting = IsNull(OuterRef("attraction__season"), True)
    return Exists(places.filter(Q(season=OuterRef("attraction__season")) | (Q(season=None) & Q(is_lasting))))
