"""The signature of a webhook, in both directions: `Kring-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body">`."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare

HEADER = "Kring-Signature"
# A signature is good for so long, in either direction of the clock.
HOLDS = timedelta(minutes=5)
_SHAPE = re.compile(r"t=(\d{1,11}),v1=([0-9a-f]{64})")


def sign(body: bytes, secret: str, now: datetime | None = None) -> str:
    seconds = int((now or timezone.now()).timestamp())
    return f"t={seconds},v1={_digest(seconds, body, secret)}"


def signed_at(header: str, body: bytes, secret: str) -> datetime | None:
    """When it was signed; None: not with this secret, or not now."""
    found = _SHAPE.fullmatch(header)
    if found is None or not secret:
        return None
    at = datetime.fromtimestamp(int(found[1]), UTC)
    is_genuine = constant_time_compare(_digest(int(found[1]), body, secret), found[2])
    return at if is_genuine and abs(timezone.now() - at) <= HOLDS else None


def _digest(seconds: int, body: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
