"""Notifications of the old Dotpay, which became part of Przelewy24, for organisations that still have an id there."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from kring.payments.method import FAILED, PAID, PENDING, BadNotification, Hint, ProviderReport, Settings

# Signed in this order with nothing between them; one that is not there is empty.
SIGNED = (
    *("id", "operation_number", "operation_type", "operation_status", "operation_amount", "operation_currency"),
    *("operation_withdrawal_amount", "operation_commission_amount", "is_completed", "operation_original_amount"),
    *("operation_original_currency", "operation_datetime", "operation_related_number", "control", "description"),
    *("email", "p_info", "p_email", "credit_card_issuer_identification_number", "credit_card_masked_number"),
    *("credit_card_expiration_year", "credit_card_expiration_month", "credit_card_brand_codename"),
    *("credit_card_brand_code", "credit_card_unique_identifier", "credit_card_id", "channel", "channel_country"),
    *("geoip_country", "seller_code"),
)
STATUS = {"completed": PAID, "rejected": FAILED}


def is_dotpay(body: bytes, keys: Settings) -> bool:
    return bool(keys.get("dotpay_id") and keys.get("dotpay_pin")) and b"operation_number=" in body


def signature(fields: Mapping[str, str], pin: str) -> str:
    text = pin + "".join(fields.get(name, "") for name in SIGNED)
    return hashlib.sha256(text.encode()).hexdigest()


def read(body: bytes, keys: Settings) -> ProviderReport | Hint:
    """`control` is our name for the attempt; the amount is the one it was begun with. Raises BadNotification."""
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=80))
        expected = signature(fields, keys["dotpay_pin"])
        if not hmac.compare_digest(expected.encode(), fields["signature"].encode()):
            raise BadNotification
        if fields["id"] != keys["dotpay_id"] or not fields["control"]:
            raise BadNotification
        return _report(fields)
    except (ValueError, KeyError, InvalidOperation):
        raise BadNotification from None


def _report(fields: Mapping[str, str]) -> ProviderReport | Hint:
    amount, status = Decimal(fields["operation_original_amount"]), fields["operation_status"]
    number, kind = fields["operation_number"], fields["operation_type"]
    if kind == "refund":
        # Under a number that Przelewy24 does not know, and without our reference: believed too, ours would count twice.
        return Hint(fields["control"])
    known = STATUS.get(status, PENDING) if kind == "payment" else PENDING
    return ProviderReport(
        event_id=f"dotpay {number} {status}",
        provider_id=fields["control"],
        status=known,
        amount=amount,
        currency=fields["operation_original_currency"],
        reference=fields["control"],
        reason="rejected" if known == FAILED else "",
        way=fields.get("channel", ""),
    )
