"""Random codes: what cannot be guessed, in letters nobody confuses."""

import secrets

READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def readable(length: int) -> str:
    """A code a person can read aloud: 5 bits a letter, without 0/O and 1/I."""
    return "".join(secrets.choice(READABLE) for _ in range(length))


def secret() -> str:
    """A code for a link: 128 bits, safe in a URL."""
    return secrets.token_urlsafe(16)
