"""Positions of many waiting entries at once; for one there is `joining.position_of` (W9)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from kring.events.models import Event
from kring.waiting.models import WaitingEntry, WaitingWish


def positions_of(event: Event, keys: Iterable[int] | None = None, attraction: int | None = None) -> dict[int, int]:
    """Positions of those of these entries (None: all) that wait: 1 for the next. One statement along an index."""
    queue = WaitingEntry.objects.filter(event=event).waiting()
    if attraction is not None:
        queue = queue.filter(pk__in=who_wait_for(attraction))
    numbered = queue.annotate(position=Window(RowNumber(), order_by=WaitingEntry.ORDER))
    if keys is None:
        return dict(numbered.values_list("pk", "position"))
    # Both in one condition, so that it is evaluated after all have been numbered.
    shown = numbered.filter(Q(position__lt=0) | Q(pk__in=list(keys)))
    return dict(shown.values_list("pk", "position"))


def who_wait_for(attraction: int) -> object:
    """Keys of entries. Not by a join, which the planner of a long queue goes through once for each entry."""
    return WaitingWish.objects.filter(attraction=attraction).order_by().values("entry")
