"""One guarded UPDATE per change of state (style lesson 1)."""

from __future__ import annotations

from typing import Any

from django.db import models


def move(row: models.Model, rows: models.QuerySet, **changes: Any) -> bool:
    """Write `changes` where `rows` (this row, in a state it may move from) still finds it. One statement.

    True: `row` says now what was written. False: it was not to be moved, and has been read anew.
    """
    if not rows.update(**changes):
        row.refresh_from_db()
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True
