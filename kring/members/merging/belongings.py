"""What belongs to the one who goes comes to the one who stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Q
from django.utils import timezone

from kring.members.merging import rows
from kring.members.merging.apps_above import on_merge
from kring.members.merging.fields import GONE
from kring.members.merging.periods import make_room
from kring.members.merging.rows import Before
from kring.members.models import (
    BankAccount,
    Consent,
    GroupPlace,
    Guardian,
    Guardianship,
    Member,
    Membership,
    StatusPeriod,
    ToldApart,
)
from kring.organisations import audit


def move(kept: Member, gone: Member, whose: Mapping[str, str], before: Before) -> None:
    """Everything but consents, which are copied."""
    _join_periods(kept, gone, whose)
    _join_guardians(kept, gone, before)
    _let_guardians_come(kept, gone, whose)
    _join_places(kept, gone)
    _tell_apart_still(kept, gone)
    if whose.get("bank") == GONE:
        BankAccount.objects.filter(member=kept).delete()
        before = {key: row for key, row in before.items() if key[0] != BankAccount._meta.label_lower}
    for hook in on_merge:
        hook(kept, gone, before)
    _move_rows(kept, gone, before)


def _join_periods(kept: Member, gone: Member, whose: Mapping[str, str]) -> None:
    for model, name in ((StatusPeriod, "status"), (Membership, "type")):
        first, other = (gone, kept) if whose.get(name) == GONE else (kept, gone)
        make_room(model, first=first, other=other)


def _join_guardians(kept: Member, gone: Member, before: Before) -> None:
    """Where both are guardians, the children of the one come to the other; rights that stand already stay as they
    are."""
    by_member = {each.member_id: each for each in Guardian.objects.filter(member__in=[kept, gone])}
    ours, theirs = by_member.get(kept.pk), by_member.get(gone.pk)
    if ours is None or theirs is None:
        return
    field = Guardianship._meta.get_field("guardian")
    twice = rows.twins(before, field, ours.pk, theirs.pk)
    Guardianship.objects.filter(guardian=theirs).exclude(pk__in=twice).update(guardian=ours)
    theirs.delete()


def _let_guardians_come(kept: Member, gone: Member, whose: Mapping[str, str]) -> None:
    """Rights over the one who goes end, unless somebody chose them; then they stand, whatever household is kept."""
    held = Guardianship.objects.filter(child=gone, ended_at=None)
    if whose.get("guardians") == GONE:
        home = gone.household_id if whose.get("household") == GONE else kept.household_id
        held.exclude(guardian__household=home).update(is_of_household=False)
        return
    ending = list(held.select_related("guardian__member"))
    why = Guardianship.EndReason.WITHDRAWN
    held.update(ended_at=timezone.now(), ended_because=why)
    audit.log_many([("guardian.ended", kept, {"guardian": str(each.guardian)}, {"because": why}) for each in ending])


def leave_logins(kept: Member) -> None:
    """A login that was not chosen is no guardian's any more: the children are those of the member."""
    Guardian.objects.filter(member=kept).update(user=kept.user_id)


def _join_places(kept: Member, gone: Member) -> None:
    """In a group where both are, a leader stays one, since the earlier day."""
    places = GroupPlace.objects.filter(member__in=[kept, gone], left_on=None)
    by_group: dict[tuple[int, int | None], dict[int, GroupPlace]] = defaultdict(dict)
    for place in places:
        by_group[place.group_id, place.season_id][place.member_id] = place
    twice = [(each[kept.pk], each[gone.pk]) for each in by_group.values() if len(each) == 2]
    for ours, theirs in twice:
        if theirs.part == GroupPlace.Part.LEADER:
            ours.part = theirs.part
        ours.joined_on = min(ours.joined_on, theirs.joined_on)
    GroupPlace.objects.bulk_update([ours for ours, _theirs in twice], ["part", "joined_on"])


def _tell_apart_still(kept: Member, gone: Member) -> None:
    """Whom somebody told apart from the one who goes, stays told apart from the other."""
    found = ToldApart.objects.filter(Q(one=gone) | Q(other=gone))
    others = {each.other_id if each.one_id == gone.pk else each.one_id for each in found} - {kept.pk}
    ToldApart.objects.bulk_create(
        [ToldApart(one_id=min(kept.pk, key), other_id=max(kept.pk, key)) for key in sorted(others)],
        ignore_conflicts=True,
    )


def _move_rows(kept: Member, gone: Member, before: Before) -> None:
    """All others, whatever app they are of. What is there twice stays with the one who goes, and goes too."""
    for field in rows.references():
        if field.model in (Consent, ToldApart):
            continue
        twice = rows.twins(before, field, kept.pk, gone.pk)
        some = field.model._default_manager.filter(**{field.name: gone}).exclude(pk__in=twice)
        some.update(**{field.name: kept})


def leave_other_households(member: Member, homes: set[int | None]) -> None:
    """Rights through a household that was not kept end, as they do when somebody moves out."""
    left = homes - {member.household_id, None}
    if not left:
        return
    held = Guardianship.objects.filter(ended_at=None, is_of_household=True)
    through = Q(child=member, guardian__household__in=left) | Q(guardian__member=member, child__household__in=left)
    keys = list(held.filter(through).values_list("pk", flat=True))
    held.filter(pk__in=keys).update(ended_at=timezone.now(), ended_because=Guardianship.EndReason.LEFT_HOUSEHOLD)
    Guardian.objects.filter(member=member).update(household=member.household_id)
