"""Lists whose order people choose: rows with a `position`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model


def move[Row: Model](rows: Iterable[Row], row: Row, *, up: bool) -> int | None:
    """Let `row` change places with its neighbour in `rows`: locked, of one model, in their order.

    Its position now, from 1; None at the end of the list, or where the row is gone by now: nothing happens then.
    """
    order = list(rows)
    if row not in order:
        return None
    here = order.index(row)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return None
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, start=1):
        each.position = position  # type: ignore[attr-defined]
    type(row)._default_manager.bulk_update(order, ["position"])
    return there + 1
