"""Whether a worker is alive: it says so in the database."""

from __future__ import annotations

from django.db import connection

from kring.core.periodic import SILENCE_SECONDS


def silence() -> float | None:
    """Seconds since the worker that spoke last did; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers")
        found: float | None = cursor.fetchone()[0]
    return found


def is_alive(seconds: float | None) -> bool:
    """Whether somebody works, who was `seconds` ago last heard of."""
    return seconds is not None and seconds < 2 * SILENCE_SECONDS
