"""How Przelewy24 signs: SHA-384 of JSON without spaces, whose keys are in an order of its own for each message."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

type Fields = Mapping[str, object]

REGISTER = ("sessionId", "merchantId", "amount", "currency")
VERIFY = ("sessionId", "orderId", "amount", "currency")
PAID = (
    *("merchantId", "posId", "sessionId", "amount", "originAmount", "currency"),
    *("orderId", "methodId", "statement"),
)
REFUNDED = ("orderId", "sessionId", "refundsUuid", "merchantId", "amount", "currency", "status")


def sign(fields: Fields, order: tuple[str, ...], crc: str) -> str:
    """Numbers are signed as numbers, Polish letters and slashes as they are. Raises KeyError, ValueError."""
    signed = {name: fields[name] for name in order} | {"crc": crc}
    text = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha384(text.encode()).hexdigest()


def is_signed(fields: Fields, order: tuple[str, ...], crc: str) -> bool:
    """Raises KeyError, ValueError."""
    return hmac.compare_digest(sign(fields, order, crc).encode(), str(fields["sign"]).encode())
