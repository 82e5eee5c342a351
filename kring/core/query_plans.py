"""Discarding a connection's cached plans that no longer fit.

PostgreSQL plans the check of a foreign key once per connection and keeps the plan. If the referenced table was nearly
empty then, the plan is a full scan: a thousand rows later each new row reads a thousand. This lasts until the next
ANALYZE, which a statement that fills such a table itself does not live to see.
"""

from __future__ import annotations

from django.db import connection

# From this many referencing rows on, a bad plan costs more than planning anew (a few milliseconds).
MANY = 500


def plan_anew(rows: int) -> None:
    """Call before writing so many rows, in their transaction: the checks are then planned for the current tables."""
    if rows >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
