"""Status, type, groups, and what apps above keep, of members who were known, as they were before an import changed
them: for its undo (M5)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder

from kring.accounts.models import User
from kring.members import further
from kring.members.further import Kept
from kring.members.models import GroupPlace, Member, Membership, PlannedStatus, StatusPeriod, WaitingMember

TABLES: Sequence[type[Any]] = (StatusPeriod, Membership, GroupPlace, PlannedStatus, WaitingMember)
COLUMNS = ("state", "joined_on", "left_on")


class Snapshot(TypedDict):
    """Rows as Django's serializer has them."""

    member: Mapping[str, object]
    rows: list[dict[str, object]]
    # Not of imports that were made before there was any.
    further: NotRequired[dict[str, Kept]]


def snapshot(key: int) -> Snapshot:
    """Of one member. Seven statements."""
    rows = [row for model in TABLES for row in model.objects.filter(member=key).order_by("pk")]
    member = Member.objects.filter(pk=key).values(*COLUMNS).get()
    found: Snapshot = json.loads(
        DjangoJSONEncoder().encode({"member": member, "rows": serializers.serialize("python", rows)})
    )
    found["further"] = further.of([key])[key]
    return found


def is_as(key: int, after: Snapshot | None) -> bool:
    """Nothing has changed since."""
    now = snapshot(key)
    return after is not None and {name: now.get(name) for name in after} == after


def put_back(key: int, before: Snapshot, *, by: User | None) -> None:
    """What came since goes first: periods do not overlap. Raises a Refusal."""
    kept = {(row["model"], row["pk"]) for row in before["rows"]}
    now = {(row["model"], row["pk"]): row for row in snapshot(key)["rows"]}
    for model in TABLES:
        label = model._meta.label_lower
        model.objects.filter(pk__in=[pk for name, pk in now.keys() - kept if name == label]).delete()
    changed = [row for row in before["rows"] if now.get((row["model"], row["pk"])) != row]
    for row in serializers.deserialize("python", changed):
        row.save()
    Member.objects.filter(pk=key).update(**before["member"])
    further.change(Member.objects.get(pk=key), before.get("further", {}), by=by)
