"""Addresses to which payment providers send notices. Nobody logs in there; what counts is the signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from kring.core.proxies import client_address
from kring.payments.method import BadNotification
from kring.payments.methods import UnknownMethod

LARGEST = 64 * 1024
# From one address: after this many unsigned requests, further ones are rejected for a while.
BAD_ONES = 30
WHILE_SECONDS = 60


def receive_notice(request: HttpRequest, receive: Callable[[bytes, Mapping[str, str]], object]) -> HttpResponse:
    """200 where `receive(body, headers)` accepts it; header names are in lower case."""
    key = f"bad-notifications:{client_address(request)}"
    if cache.get(key, 0) >= BAD_ONES:
        return _answer("Too many.", 429)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return _answer("Too large.", 413)
    try:
        receive(body, {name.lower(): value for name, value in request.headers.items()})
    except (BadNotification, UnknownMethod):
        cache.set(key, cache.get(key, 0) + 1, WHILE_SECONDS)
        return _answer("Not understood.", 401)
    return _answer("OK")


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
