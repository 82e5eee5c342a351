"""The groups as a tree, with the number of people in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kring.members.models import Group, GroupPlace


@dataclass(frozen=True)
class Branch:
    """`own`: in the group itself; `people`: with all groups within it, everybody once. `taken`: places in use."""

    group: Group
    depth: int
    own: int
    people: int
    taken: int


def branches(groups: Iterable[Group]) -> list[Branch]:
    """Each after what it is part of. One statement, and that of `groups`."""
    rows = list(groups)
    members, taken = defaultdict[int, set[int]](set), defaultdict[int, int](int)
    places = GroupPlace.objects.current().filter(group__in=[group.pk for group in rows])
    for group, member, part in places.order_by().values_list("group_id", "member_id", "part"):
        members[group].add(member)
        taken[group] += part == GroupPlace.Part.PARTICIPANT
    ordered = list(_in_order(rows))
    all_of = {group.pk: set(members[group.pk]) for group, _depth in ordered}
    for group, _depth in reversed(ordered):
        if group.parent_id in all_of:
            all_of[group.parent_id] |= all_of[group.pk]
    return [
        Branch(group, depth, len(members[group.pk]), len(all_of[group.pk]), taken[group.pk]) for group, depth in ordered
    ]


def choices(groups: Iterable[Group]) -> list[tuple[str, str]]:
    """For a field: `Youth › U8`."""
    found, path = list[tuple[str, str]](), list[str]()
    for group, depth in _in_order(list(groups)):
        path[depth:] = [group.name]
        found.append((str(group.pk), " › ".join(path)))
    return found


def _in_order(rows: list[Group]) -> Iterator[tuple[Group, int]]:
    """A group whose parent is not among them begins a tree."""
    known = {group.pk for group in rows}
    parts = defaultdict[int | None, list[Group]](list)
    for group in rows:
        parts[group.parent_id if group.parent_id in known else None].append(group)
    waiting = [(group, 0) for group in reversed(parts[None])]
    while waiting:
        group, depth = waiting.pop()
        yield group, depth
        waiting += [(part, depth + 1) for part in reversed(parts[group.pk])]
