"""How many background jobs of the organisation wait, and failed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kring.core.tenancy import current_organisation_id

# The table has those that are not done yet, and for 90 days those that failed (core/periodic.py).
COUNT = """
SELECT count(*) FILTER (WHERE status = 'doing' OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
       count(*) FILTER (WHERE status = 'failed')
FROM procrastinate_jobs
WHERE (args->>'organisation_id')::bigint = %s AND status IN ('todo', 'doing', 'failed')
"""


@dataclass(frozen=True)
class Jobs:
    waiting: int
    planned: int
    failed: int

    @classmethod
    def of_organisation(cls) -> Jobs:
        """That of the scope. One statement."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [current_organisation_id()])
            return cls(*cursor.fetchone())
