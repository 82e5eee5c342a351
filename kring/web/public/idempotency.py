"""The same form sent twice does one thing: the secret link of what it makes follows from the key it came with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from django.utils.crypto import salted_hmac

# Kring's have 22 letters: a shorter key gets no protection against two clicks, and no access to anybody else's order.
SHORTEST_KEY = 20


def secrets_of(purpose: str, key: str, contents: object) -> Iterator[str]:
    """The first, second, … that this form may make. Made with Kring's key: the key of one form reveals no other's."""
    if len(key) < SHORTEST_KEY:
        return
    for number in count(1):
        salt = f"kring.web.public.{purpose}"
        yield salted_hmac(salt, f"{key} {contents} {number}", algorithm="sha256").hexdigest()[:32]
