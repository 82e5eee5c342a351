"""Groups and teams, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from kring.accounts.models import User
from kring.core.refusals import WrongState
from kring.core.registry import Hooks
from kring.core.transactions import in_transaction
from kring.members.models import Group, GroupPlace, Member, Season, WaitingMember
from kring.members.refusals import GroupFull, InUse, Retired, as_the_database_says
from kring.organisations import audit, changing

Part = GroupPlace.Part
# Whether something refers to this group or season that would go on without it. Apps above register theirs.
used_in = Hooks[[Group | Season], bool]("use of groups and seasons")


@in_transaction
def create(name: str, *, parent: Group | None = None, capacity: int | None = None) -> Group:
    """Raises Retired, NameTaken."""
    _demand_in_use(parent)
    with as_the_database_says():
        group = Group.objects.create(name=name, parent=parent, capacity=capacity)
    audit.log("group.created", group, new={"parent": str(parent or ""), "capacity": capacity})
    return group


@in_transaction
def change(group: Group, **fields: object) -> bool:
    """Name, parent, capacity. Raises InACircle, Retired, NameTaken. False: nothing differed."""
    parent = fields.get("parent")
    if isinstance(parent, Group) and parent.pk != group.parent_id:
        _demand_in_use(parent)
    with as_the_database_says():
        return changing.change(group, "group.changed", **fields)


@in_transaction
def retire(group: Group) -> None:
    """No longer used, with all within it. Their places end; who was in them stays on record."""
    concerned = Group.objects.in_use().filter(pk__in=within([group.pk]))
    places = GroupPlace.objects.filter(group__in=concerned.values("pk"), left_on=None)
    places.update(left_on=Greatest(F("joined_on"), timezone.localdate()))
    for each in list(concerned):
        changing.change(each, "group.retired", retired_at=timezone.now())


@in_transaction
def restore(group: Group) -> None:
    """Used again, and empty. Raises Retired where what it is part of is not in use."""
    _demand_in_use(group.parent)
    changing.change(group, "group.restored", retired_at=None)


@in_transaction
def remove(group: Group) -> None:
    """For good, with its documents.

    Raises InUse when it has parts, anybody is, was or waits to be in it, or it is `used_in` something.
    """
    if group.parts.exists() or group.places.exists() or _is_waited_for(group) or _is_used(group):
        raise InUse(name=group.name)
    audit.log("group.removed", group, old={"name": group.name})
    for document in group.documents.select_related("upload"):
        document.remove()
    group.delete()


@in_transaction
def put_in(
    group: Group,
    members: Iterable[Member],
    *,
    season: Season | None = None,
    part: str = Part.PARTICIPANT,
    since: date | None = None,
) -> int:
    """Put these members into it; those who are in it already stay, as `part`. How many are new.

    Whoever waited for a place has it.

    Locks the group. Raises GroupFull, where there are not enough places for all of them; Retired; WrongState for
    members who do not belong to the organisation.
    """
    group = Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if group.retired_at is not None:
        raise Retired(name=group.name)
    wanted = {member.pk: member for member in members}
    for member in wanted.values():
        if not member.belongs:
            raise WrongState(state=member.get_state_display())
    present = GroupPlace.objects.filter(group=group, season=season, left_on=None)
    held = {place.member_id: place for place in present}
    others = [place for place in held.values() if place.member_id in wanted and place.part != part]
    new = [member for pk, member in wanted.items() if pk not in held]
    _demand_places(group, season, len(new) + len(others) if part == Part.PARTICIPANT else 0)
    GroupPlace.objects.filter(pk__in=[place.pk for place in others]).update(part=part)
    audit.log_many(
        [
            ("group.part_changed", wanted[place.member_id], {"part": place.part}, {"group": group.name, "part": part})
            for place in others
        ]
    )
    GroupPlace.objects.bulk_create(
        [
            GroupPlace(group=group, member=member, season=season, part=part, joined_on=since or timezone.localdate())
            for member in new
        ],
        batch_size=1000,
    )
    audit.log_many([("group.joined", member, None, {"group": group.name, "part": part}) for member in new])
    if part == Part.PARTICIPANT:
        WaitingMember.objects.filter(group=group, member__in=new).delete()
    return len(new)


@in_transaction
def take_out(places: Iterable[GroupPlace], *, last_day: date | None = None) -> int:
    """How many left."""
    left = 0
    for place in places:
        day = max(last_day or timezone.localdate(), place.joined_on)
        if GroupPlace.objects.filter(pk=place.pk, left_on=None).update(left_on=day):
            audit.log("group.left", place.member, old={"group": place.group.name})
            left += 1
    return left


def led_by(user: User) -> QuerySet[Group]:
    """Those this login leads now, with all groups within them. Two statements."""
    led = GroupPlace.objects.current().filter(
        member__user=user, member__state__in=Member.ENTITLED, part=Part.LEADER, group__retired_at=None
    )
    found = set(led.values_list("group_id", flat=True))
    groups: QuerySet[Group] = Group.objects.in_use().filter(pk__in=within(found)) if found else Group.objects.none()
    return groups


def within(groups: Iterable[int]) -> set[int]:
    """These groups and all within them, at any depth, by id. One statement."""
    parents = dict(Group.objects.values_list("pk", "parent_id"))
    found, fresh = set[int](), set(groups)
    while fresh:
        found |= fresh
        fresh = {pk for pk, parent in parents.items() if parent in fresh} - found
    return found


@in_transaction
def create_season(name: str, *, begins_on: date, ends_on: date) -> Season:
    """Raises NameTaken, EndsBeforeItBegins."""
    with as_the_database_says():
        season = Season.objects.create(name=name, begins_on=begins_on, ends_on=ends_on)
    audit.log("season.created", season, new={"begins_on": str(begins_on), "ends_on": str(ends_on)})
    return season


@in_transaction
def change_season(season: Season, **fields: object) -> bool:
    """Name, first and last day. False: nothing differed."""
    with as_the_database_says():
        return changing.change(season, "season.changed", **fields)


@in_transaction
def remove_season(season: Season) -> None:
    """For good. Raises InUse when anybody is or was in a group for it, or it is `used_in` something."""
    if season.places.exists() or _is_used(season):
        raise InUse(name=season.name)
    audit.log("season.removed", season, old={"begins_on": str(season.begins_on), "ends_on": str(season.ends_on)})
    season.delete()


def _is_used(thing: Group | Season) -> bool:
    return any(is_used(thing) for is_used in used_in)


def _demand_in_use(group: Group | None) -> None:
    if group is not None and group.retired_at is not None:
        raise Retired(name=group.name)


def _is_waited_for(group: Group) -> bool:
    return group.applications.in_line().exists() or group.waiting_members.exists()


def free_places(group: Group, season: Season | None) -> int | None:
    """Of participants in this season, or of those who are in it for as long as it lasts. None: no limit."""
    if group.capacity is None:
        return None
    taken = GroupPlace.objects.filter(group=group, season=season, left_on=None, part=Part.PARTICIPANT).count()
    return max(group.capacity - taken, 0)


def present_season(group: Group) -> Season | None:
    """That in which its people are in it now; of an empty one that of today, if the organisation has seasons."""
    places = GroupPlace.objects.current().filter(group=group).select_related("season").order_by("-joined_on", "-pk")
    newest: GroupPlace | None = places.first()
    if newest is not None:
        return newest.season
    today = timezone.localdate()
    found: Season | None = Season.objects.filter(begins_on__lte=today, ends_on__gte=today).first()
    return found


def _demand_places(group: Group, season: Season | None, wanted: int) -> None:
    free = free_places(group, season) if wanted else None
    if free is not None and wanted > free:
        raise GroupFull(group=group.name, capacity=group.capacity)
