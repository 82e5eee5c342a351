"""Two members who become one: what each owes and pays is then the one's (M1)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from django.db import models

from kring.core import dates
from kring.dues import refusals
from kring.dues.models import Contribution, Payer
from kring.members.merging import rows
from kring.members.merging.apps_above import demands, on_merge
from kring.members.models import Member

Kind = Contribution.Kind


@demands
def one_contribution_each(kept: Member, gone: Member) -> None:
    """Which of the two is wrong a person says: money may have come. Raises BothHaveContributions."""
    found = Contribution.objects.filter(member__in=[kept, gone], kind__in=[Kind.PERIOD, Kind.ENTRY], withdrawn_at=None)
    for one, other in combinations(found.select_related("member").order_by("during", "pk"), 2):
        if one.member_id != other.member_id and one.kind == other.kind and _is_twice(one, other):
            raise refusals.BothHaveContributions(
                kind=one.get_kind_display(),
                day=dates.short_day(max(one.during.lower, other.during.lower)),
                one=one.member.number,
                state=one.get_state_display(),
                other=other.member.number,
                other_state=other.get_state_display(),
            )


def _is_twice(one: Contribution, other: Contribution) -> bool:
    """As the constraints of the model have it."""
    if one.kind == Kind.ENTRY:
        return bool(one.during == other.during)
    begin, end = max(one.during.lower, other.during.lower), [each.during.upper for each in (one, other)]
    return all(upper is None or begin < upper for upper in end)


@rows.through
def of_payers() -> Iterable[tuple[type[models.Model], str]]:
    return [(field.model, f"{field.name}__member") for field in _references()]


@on_merge
def join_payers(kept: Member, gone: Member, before: rows.Before) -> None:
    """All that the one who goes pays, whatever app it is of. What is there twice stays, with their name."""
    by_member = {each.member_id: each for each in Payer.objects.filter(member__in=[kept, gone])}
    ours, theirs = by_member.get(kept.pk), by_member.get(gone.pk)
    if ours is None or theirs is None:
        return
    for field in _references():
        twice = rows.twins(before, field, ours.pk, theirs.pk)
        some = field.model._default_manager.filter(**{field.name: theirs}).exclude(pk__in=twice)
        some.update(**{field.name: ours})


def _references() -> list[models.ForeignKey]:
    found = (getattr(each, "field", None) for each in Payer._meta.get_fields(include_hidden=True) if each.auto_created)
    return [each for each in found if isinstance(each, models.ForeignKey)]
