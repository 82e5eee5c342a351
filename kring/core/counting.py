"""How often something was asked for in a minute, by whom: for limits."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from kring.core.proxies import client_address

WINDOW = timedelta(minutes=1)
# In the table of the cache, which all processes share; Django's own incr() reads and writes in two statements, and of
# two at once would count one. Without waiting for the disk: what a crash forgets is no loss.
COUNT = """
WITH quiet AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO {table} AS counted (cache_key, value, expires)
SELECT key, '1', %(end)s FROM quiet, unnest(%(keys)s::text[]) AS key
ON CONFLICT (cache_key) DO UPDATE SET
    value = CASE WHEN counted.expires <= %(now)s THEN '1' ELSE (counted.value::bigint + 1)::text END,
    expires = CASE WHEN counted.expires <= %(now)s THEN excluded.expires ELSE counted.expires END
RETURNING value::bigint, expires
"""


def count(keys: list[str], now: datetime) -> list[tuple[int, datetime]]:
    """One more for each: how many that makes in its minute, and when that ends. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT.format(table=settings.CACHES["default"]["LOCATION"]), {"keys": keys, "now": now, "end": now + WINDOW}
        )
        return cursor.fetchall()


def seconds_to_wait(limits: dict[str, int]) -> int:
    """Count one more for each key; how long until all of them are below their limit again, 0: go on.

    To be called outside a transaction: the row of a busy key is locked for one statement only.
    """
    now = timezone.now()
    ends = [end for (asked, end), most in zip(count(list(limits), now), limits.values(), strict=True) if asked > most]
    return ceil((max(ends) - now).total_seconds()) if ends else 0


def address_of(request: HttpRequest) -> str:
    """Of IPv6 the network: whoever has one address there has them all."""
    address = client_address(request) or ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if ":" in address else address
