"""Random codes: what cannot be guessed, in letters nobody confuses."""

import secrets

# Letters of a secret that follows from a key a program sent (api/orders.py): these tell the key.
HALF = 16
READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = frozenset("0123456789")


def readable(length: int) -> str:
    """A code a person can read aloud: 5 bits a letter, without 0/O and 1/I."""
    return "".join(secrets.choice(READABLE) for _ in range(length))


def secret(size: int = 16) -> str:
    """A code for a link, safe in a URL: 128 bits unless another number of bytes is asked for.

    One without a digit is thrown away: the log knows keys by it (core/logs.py), and so may any other program.
    """
    while True:
        code = secrets.token_urlsafe(size)
        if not _DIGITS.isdisjoint(code):
            return code


def another_secret(old: str) -> str:
    """In the place of one that somebody knows who must not: 128 bits of which they know nothing. Where the old one
    followed from a key, the half stays that tells it, with 64 bits behind it: the same key makes no second thing."""
    return old[:HALF] + secrets.token_hex(HALF // 2) if len(old) == 2 * HALF else secret()
