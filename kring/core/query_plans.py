"""What a connection has planned, forgotten where it no longer fits.

PostgreSQL plans the check of a foreign key once per connection and keeps the plan. Where the other table was nearly
empty then, the plan is to read all of it: a thousand rows later each new row reads a thousand. Until the next ANALYZE,
that is; a statement that fills such a table itself does not live to see it.
"""

from __future__ import annotations

from django.db import connection

# So many rows that each point to another: from here on a bad plan costs more than planning anew, a few milliseconds.
MANY = 500


def plan_anew(rows: int) -> None:
    """To be called before so many rows are written, in their transaction: what they need is planned as they come."""
    if rows >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
