"""Whether a worker is alive: it writes so into the database."""

from __future__ import annotations

from django.db import connection

from kring.core.periodic import SILENCE_SECONDS


def silence() -> float | None:
    """Seconds since the latest heartbeat of a worker; None when there is no worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers")
        found: float | None = cursor.fetchone()[0]
    return found


def is_alive(seconds: float | None) -> bool:
    """Whether a worker is alive whose latest heartbeat is `seconds` old."""
    return seconds is not None and seconds < 2 * SILENCE_SECONDS
