"""Merging two members (M1).

Locks: the imports of the organisation, so that none is in the middle of a piece about the one who goes; then both
members, in the order of their keys, against everybody who would refer to them. A constant number of statements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Q
from django.utils import timezone

from kring.accounts.models import User
from kring.core.dates import age_at
from kring.core.locks import lock
from kring.core.transactions import in_transaction
from kring.members import inviting, status
from kring.members.households import MAJORITY
from kring.members.merging import rows
from kring.members.merging.apps_above import demands
from kring.members.merging.belongings import leave_logins, leave_other_households, move
from kring.members.merging.fields import GONE, defaults
from kring.members.merging.taking import copy_consents, note_consents, take_values
from kring.members.models import Guardianship, Member, MemberMerge
from kring.members.refusals import (
    GuardianOfEachOther,
    MergedMeanwhile,
    NotOfAge,
    SamePerson,
    TwoLogins,
    as_the_database_says,
)
from kring.organisations import audit

_GONE_STATES = (Member.State.LEFT, Member.State.DECEASED)


@in_transaction
def merge(
    kept: Member, gone: Member, chosen: Mapping[str, str] | None = None, *, by: User | None = None
) -> MemberMerge:
    """`gone` becomes part of `kept`, with its number and all it has. `chosen`: by name of a difference, whose value.

    Raises SamePerson, MergedMeanwhile, GuardianOfEachOther, NotOfAge, TwoLogins, and what apps above refuse.
    """
    if kept.pk == gone.pk:
        raise SamePerson()
    lock(["members.import"])
    inviting.replace(gone)
    kept, gone = _locked(kept.pk, gone.pk)
    if kept.user_id and gone.user_id and kept.user_id != gone.user_id and not (chosen or {}).get("login"):
        raise TwoLogins()
    before = rows.of_people([kept.pk, gone.pk])
    whose = defaults(kept, gone) | dict(chosen or {})
    for demand in demands:
        demand(kept, gone)
    _demand_two_people_may_be_one(kept, gone, whose)
    with as_the_database_says():
        made = _carry_out(kept, gone, whose, before, by)
    after = rows.of_people([kept.pk])
    touched = [key for key, row in before.items() if after.get(key) != row]
    made.before = [before[key] for key in touched]
    made.after = _digests(after, [key for key in touched if key in after])
    made.made = _by_label([key for key in after if key not in before and key != ("members.membermerge", made.pk)])
    made.save(update_fields=["before", "after", "made"])
    return made


def counts(kept: Member, gone: Member) -> dict[str, int]:
    """How much of `gone` moves along, by table."""
    found = Counter(label for label, _key in rows.of_people([gone.pk]))
    ours = ("members.member", "members.toldapart", "members.plannedrow")
    return {label: number for label, number in found.items() if label not in ours}


def _locked(kept: int, gone: int) -> tuple[Member, Member]:
    """As they are once they are locked: what is joined to a row that was waited for may be as it was before."""
    rows = Member.objects.filter(pk__in=[kept, gone]).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    people = {each.pk: each for each in rows.select_related("submission", "household", "user")}
    if len(people) < 2:
        raise MergedMeanwhile()
    return people[kept], people[gone]


def _demand_two_people_may_be_one(kept: Member, gone: Member, whose: Mapping[str, str]) -> None:
    held = Guardianship.objects.filter(ended_at=None).select_related("guardian")
    pairs = Q(guardian__member=kept, child=gone) | Q(guardian__member=gone, child=kept)
    for each in held.filter(pairs)[:1]:
        grown, child = (kept, gone) if each.child_id == gone.pk else (gone, kept)
        raise GuardianOfEachOther(guardian=grown, child=child)
    born: date | None = (gone if whose.get("birth_date") == GONE else kept).birth_date
    is_minor = born is not None and age_at(born, timezone.localdate()) < MAJORITY
    if is_minor and held.filter(guardian__member__in=[kept, gone]).exists():
        raise NotOfAge(name=kept)


def _carry_out(
    kept: Member, gone: Member, whose: Mapping[str, str], before: Mapping[rows.Key, rows.Row], by: User | None
) -> MemberMerge:
    merge = MemberMerge.objects.create(kept=kept, number=gone.number, name=str(gone)[:250], member_key=gone.pk, by=by)
    old = {"number": gone.number, "name": gone.name}
    old_home = kept.household_id
    move(kept, gone, whose, before)
    latest = copy_consents(kept, gone, merge)
    changed = take_values(kept, gone, whose)
    Member.objects.filter(pk=gone.pk).delete()
    kept.save(update_fields=changed)
    leave_logins(kept)
    note_consents(kept, latest, by)
    leave_other_households(kept, {old_home, gone.household_id})
    if kept.state in _GONE_STATES:
        status.end_what_members_have(kept)
    audit.log(
        "member.merged", kept, old=old, new={"kept": sorted(name for name, side in whose.items() if side == GONE)}
    )
    return merge


def _digests(found: Mapping[rows.Key, rows.Row], keys: list[rows.Key]) -> dict[str, dict[str, str]]:
    written: dict[str, dict[str, str]] = defaultdict(dict)
    for label, key in keys:
        written[label][str(key)] = rows.digest(found[label, key])
    return dict(written)


def _by_label(keys: list[rows.Key]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for label, key in keys:
        found[label].append(key)
    return dict(found)
