"""How much one program, and one address, may ask in a minute; who asks for more is told when to come back (429).

The door is left out: there a queue of people waits for the answer, each request is one of them, and counting would be
one statement more to five.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kring.core.problems import problem

COUNTED, DOOR = "/api/v1/", "/api/v1/door/"
WINDOW = timedelta(minutes=1)
# Programs behind one address, or one that tries keys: together they may ask so many times as much.
FOR_AN_ADDRESS = 2
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


class LimitMiddleware:
    """Stands before the transaction of the scope: the row of a busy program is locked for one statement only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(COUNTED) and not path.startswith(DOOR) and (wait := _seconds_to_wait(request)):
            return problem(429, "Too many requests in this minute.", headers={"Retry-After": str(wait)})
        return self.get_response(request)


def _seconds_to_wait(request: HttpRequest) -> int:
    """0: go on."""
    if not (limit := settings.API_PER_MINUTE):
        return 0
    limits = {f"api:address:{_address(request)}": limit * FOR_AN_ADDRESS}
    if key := request.headers.get("Authorization"):
        limits[f"api:key:{_drawer(key)}"] = limit
    now = timezone.now()
    ends = [end for (asked, end), most in zip(count(list(limits), now), limits.values(), strict=True) if asked > most]
    return ceil((max(ends) - now).total_seconds()) if ends else 0


def _address(request: HttpRequest) -> str:
    """Of IPv6 the network: whoever has one address there has them all."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False) if address.version == 6 else address)


def _drawer(key: str) -> str:
    """One of 4096, so that keys somebody makes up do not fill the table: they are not looked up before they count."""
    return hashlib.sha256(key.encode()).hexdigest()[:3]


def count(keys: list[str], now: datetime) -> list[tuple[int, datetime]]:
    """One more for each: how many that makes in its minute, and when that ends. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT.format(table=settings.CACHES["default"]["LOCATION"]), {"keys": keys, "now": now, "end": now + WINDOW}
        )
        return cursor.fetchall()
