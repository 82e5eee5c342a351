"""Signatures of the simulated provider's notifications."""

import hashlib
import hmac

HEADER = "testpay-signature"


def signature(body: bytes, key: str) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, given: str, key: str) -> bool:
    return hmac.compare_digest(signature(body, key).encode(), given.encode())


def account_of(key: str) -> str:
    """The merchant's number: public, and reveals nothing about the key."""
    return hashlib.sha256(f"testpay account {key}".encode()).hexdigest()[:16]
