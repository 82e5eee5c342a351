"""Random codes: unguessable, in letters that are not confused."""

import secrets

# Letters of a secret derived from a key that a client sent (api/orders.py): they identify the key.
HALF = 16
# 32 of them: bytes fall on each equally often.
READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = frozenset("0123456789")


def readable(length: int) -> str:
    """A code a person can read aloud: 5 bits a letter, without 0/O and 1/I."""
    return "".join(READABLE[byte % len(READABLE)] for byte in secrets.token_bytes(length))


def secret(size: int = 16) -> str:
    """A code for a link, safe in a URL: 128 bits unless another number of bytes is given.

    A code without a digit is thrown away: the log recognises keys by it (core/logs.py), and so may other programs.
    """
    while True:
        code = secrets.token_urlsafe(size)
        if not _DIGITS.isdisjoint(code):
            return code


def another_secret(old: str) -> str:
    """Replaces a code known to the wrong person: 128 bits of which they know nothing. If the old one was derived from a
    key, the half that identifies the key stays, with 64 new bits after it: the same key still makes no second thing."""
    return old[:HALF] + secrets.token_hex(HALF // 2) if len(old) == 2 * HALF else secret()
