"""Random codes: what cannot be guessed, in letters nobody confuses."""

import secrets

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
