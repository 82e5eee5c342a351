"""Periods of two members as those of one: what the one says stands, the other adds what lies outside of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models
from psycopg.types.range import DateRange

from kring.members.models import Member, Membership, StatusPeriod

type Period = Membership | StatusPeriod


def make_room(model: type[models.Model], *, first: Member, other: Member) -> None:
    """Cut the periods of `other` down to what lies outside of those of `first`. Five statements at most."""
    rows = model._default_manager.order_by("pk")
    found = list(rows.filter(member=other))
    taken = list(rows.filter(member=first).values_list("during", flat=True))
    changed, gone, fresh = [], [], []
    for row in found:
        assert isinstance(row, Membership | StatusPeriod)
        parts = outside(row.during, taken)
        if parts == [row.during]:
            continue
        if not parts:
            gone.append(row.pk)
            continue
        row.during, *others = parts
        changed.append(row)
        fresh += [_copy(row, part) for part in others]
    rows.filter(pk__in=gone).delete()
    rows.bulk_update(changed, ["during"])
    rows.bulk_create(fresh)


def outside(period: DateRange, taken: Sequence[DateRange]) -> list[DateRange]:
    """The parts of `period` that lie in none of those `taken`."""
    parts = [period]
    for other in taken:
        parts = [left for part in parts for left in _without(part, other)]
    return parts


def _without(part: DateRange, other: DateRange) -> list[DateRange]:
    """Bounds as PostgreSQL writes ranges of days: the first day is in, the last is not."""
    found = []
    before = _earlier(part.upper, other.lower) if other.lower is not None else part.lower
    if other.lower is not None and (part.lower is None or before is None or part.lower < before):
        found.append(DateRange(part.lower, before))
    after = _later(part.lower, other.upper) if other.upper is not None else part.upper
    if other.upper is not None and (part.upper is None or after is None or after < part.upper):
        found.append(DateRange(after, part.upper))
    return found


def _earlier(end: date | None, other: date) -> date:
    return other if end is None else min(end, other)


def _later(begin: date | None, other: date) -> date:
    return other if begin is None else max(begin, other)


def _copy(row: Period, part: DateRange) -> Period:
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**values | {"during": part})
