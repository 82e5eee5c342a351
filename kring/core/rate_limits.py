"""How often somebody requested something in a minute: for rate limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from kring.core.proxies import network, parse

WINDOW = timedelta(minutes=1)
# In the table of the cache, which all processes share; Django's own incr() reads and writes in two statements, and of
# two at once would count one. Written without waiting for the disk: what a crash loses does no harm.
COUNT = """
WITH quiet AS (SELECT CASE WHEN %(quiet)s THEN set_config('synchronous_commit', 'off', true) END)
INSERT INTO {table} AS counted (cache_key, value, expires)
SELECT key, number::text, ends
FROM quiet, unnest(%(keys)s::text[], %(ends)s::timestamptz[], %(numbers)s::bigint[]) AS counts (key, ends, number)
ON CONFLICT (cache_key) DO UPDATE SET
    value = CASE WHEN counted.expires <= %(now)s THEN excluded.value
        ELSE (counted.value::bigint + excluded.value::bigint)::text END,
    expires = CASE WHEN counted.expires <= %(now)s THEN excluded.expires ELSE counted.expires END
RETURNING value::bigint, expires
"""


class Limit(NamedTuple):
    most: int
    window: timedelta


def count(
    keys: list[str],
    now: datetime,
    windows: list[timedelta] | None = None,
    *,
    numbers: list[int] | None = None,
    is_durable: bool = False,
) -> list[tuple[int, datetime]]:
    """Add one to each counter, or the number given: the count in its window (a minute), and its end. One statement.

    `is_durable`: the transaction's other rows must be on disk when it ends. If it is rolled back, nothing was
    counted; until it ends, others counting the same key wait.
    """
    ends = {key: now + window for key, window in zip(keys, windows or [WINDOW] * len(keys), strict=True)}
    # Always in the same order: two that count the same keys never deadlock.
    ordered = sorted(ends)
    more = dict(zip(keys, numbers or [1] * len(keys), strict=True))
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"keys": ordered, "ends": [ends[key] for key in ordered], "now": now}
        values["numbers"] = [more[key] for key in ordered]
        values["quiet"] = not is_durable
        cursor.execute(COUNT.format(table=_table()), values)
        counted = dict(zip(ordered, cursor.fetchall(), strict=True))
    return [counted[key] for key in keys]


def seconds_until_below(limits: dict[str, Limit]) -> int:
    """How long until all of them are below their limit; counts nothing."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT cache_key, value::bigint, expires FROM {_table()} WHERE cache_key = ANY(%s) AND expires > %s",
            [list(limits), now],
        )
        ends = [end for key, counted, end in cursor.fetchall() if counted >= limits[key].most]
    return ceil((max(ends) - now).total_seconds()) if ends else 0


def seconds_to_wait_for(limits: dict[str, Limit]) -> int:
    """As `seconds_to_wait`, each with its own window."""
    now = timezone.now()
    counted = count(list(limits), now, [limit.window for limit in limits.values()])
    ends = [end for (counts, end), limit in zip(counted, limits.values(), strict=True) if counts > limit.most]
    return ceil((max(ends) - now).total_seconds()) if ends else 0


def give_back(keys: list[str]) -> None:
    """Subtract one from each."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table()} SET value = (value::bigint - 1)::text WHERE cache_key IN (SELECT cache_key"
            f" FROM {_table()} WHERE cache_key = ANY(%s) AND value::bigint > 0 ORDER BY cache_key FOR UPDATE)",
            [keys],
        )


def forget(keys: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_table()} WHERE cache_key = ANY(%s)", [keys])


def _table() -> str:
    return str(settings.CACHES["default"]["LOCATION"])


def seconds_to_wait(limits: dict[str, int]) -> int:
    """Add one to each key; how long until all of them are below their limit again, 0: go on.

    Call it outside a transaction: the row of a busy key is then locked for one statement only.
    """
    now = timezone.now()
    ends = [
        end for (counted, end), most in zip(count(list(limits), now), limits.values(), strict=True) if counted > most
    ]
    return ceil((max(ends) - now).total_seconds()) if ends else 0


def address_of(request: HttpRequest) -> str:
    return network(parse(request.META.get("REMOTE_ADDR") or ""))
