"""Limits of requests per minute, by program and by address; beyond them, 429 says when to try again.

The door is left out: there a queue of people waits for the answer, each request is one of them, and counting would
add one statement to five.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kring.core.problems import problem
from kring.core.rate_limits import address_of, seconds_to_wait
from kring.organisations import limits
from kring.organisations.limits import Limit

COUNTED, DOOR = "/api/v1/", "/api/v1/door/"
# Programs behind one address, or one that tries keys: together they may send so many times as much.
FOR_AN_ADDRESS = 2
PER_MINUTE = limits.declare(
    Limit(
        "api_per_minute",
        limits.REQUESTS,
        _("Requests of one API client in a minute"),
        _("All behind one internet address twice as many. 0: no limit."),
        default=300,
        variable="KRING_API_PER_MINUTE",
        setting="API_PER_MINUTE",
        has_none=True,
    )
)


class LimitMiddleware:
    """Runs before the transaction of the scope: the row of a busy program is locked for one statement only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(COUNTED) and not path.startswith(DOOR) and (wait := _seconds_to_wait(request)):
            return problem(429, "Too many requests in this minute.", headers={"Retry-After": str(wait)})
        return self.get_response(request)


def _seconds_to_wait(request: HttpRequest) -> int:
    """0: continue."""
    if not (most := PER_MINUTE.number()):
        return 0
    counted = {f"api:address:{address_of(request)}": most * FOR_AN_ADDRESS}
    if key := request.headers.get("Authorization"):
        counted[f"api:key:{_drawer(key)}"] = most
    return seconds_to_wait(counted)


def _drawer(key: str) -> str:
    """One of 4096, so that invented keys do not fill the table: keys are counted before they are looked up."""
    return hashlib.sha256(key.encode()).hexdigest()[:3]
