"""What Stripe's objects mean. They are read as plain JSON: of sessions, intents, charges, refunds and disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kring.payments.method import (
    CANCELLED,
    DONE,
    FAILED,
    LOST,
    OPEN,
    PAID,
    PENDING,
    UNDER_WAY,
    WON,
    DisputeReport,
    ProviderReport,
    RefundReport,
)
from kring.payments.methods.stripe.limits import from_units

type Row = Mapping[str, Any]

# In the metadata of what we make there.
PAYMENT, REFUND, MEANS = "kring_payment", "kring_refund", "kring_means"
EXPIRED, BANK_DECLINED = "session_expired", "payment_intent_payment_attempt_failed"

REFUND_STATES = {
    "pending": PENDING,
    "requires_action": PENDING,
    "succeeded": DONE,
    "failed": FAILED,
    "canceled": CANCELLED,
}
# Inquiries (`warning_…`) and `prevented` ones are not here: no money is held back.
DISPUTE_STATES = {"needs_response": OPEN, "under_review": OPEN, "won": WON, "lost": LOST}


def report(session: Row, *, event_id: str = "", status: str = "", reason: str = "") -> ProviderReport:
    """`status` and `reason`: as an event says; else as the session itself says."""
    intent = session.get("payment_intent")
    found, why = _state(session)
    currency = session["currency"].upper()
    return ProviderReport(
        event_id=event_id,
        provider_id=session["id"],
        status=status or found,
        amount=from_units(session["amount_total"], currency),
        currency=currency,
        reference=reference_of(session),
        reason=reason or why,
        transaction=(intent["id"] if isinstance(intent, Mapping) else intent) or "",
    )


def full_report(session: Row, refunds: Sequence[Row], disputes: Sequence[Row]) -> ProviderReport:
    charge = charge_of(session)
    return replace(
        report(session),
        way=((charge.get("payment_method_details") or {}).get("type") or ""),
        fee=_fee(charge, session["currency"]),
        refunds=tuple(map(refund_report, refunds)),
        disputes=tuple(dispute_report(each) for each in disputes if each["status"] in DISPUTE_STATES),
    )


def intent_report(intent: Row, refunds: Sequence[Row], disputes: Sequence[Row]) -> ProviderReport:
    """Of one that was charged without the payer."""
    currency, charge = intent["currency"].upper(), intent.get("latest_charge") or {}
    charge = charge if isinstance(charge, Mapping) else {}
    status, reason = _state_without_payer(intent, charge)
    return ProviderReport(
        event_id="",
        provider_id=intent["id"],
        status=status,
        amount=from_units(intent["amount"], currency),
        currency=currency,
        reference=reference_of(intent),
        reason=reason,
        way=((charge.get("payment_method_details") or {}).get("type") or ""),
        fee=_fee(charge, intent["currency"]),
        refunds=tuple(map(refund_report, refunds)),
        disputes=tuple(dispute_report(each) for each in disputes if each["status"] in DISPUTE_STATES),
        transaction=intent["id"],
    )


def _state_without_payer(intent: Row, charge: Row) -> tuple[str, str]:
    match intent["status"]:
        case "succeeded":
            return PAID, ""
        case "processing":
            return UNDER_WAY, ""
        case "canceled":
            return FAILED, "canceled"
        case "requires_action" | "requires_payment_method":
            # Nobody is there to confirm it.
            error = intent.get("last_payment_error") or {}
            return FAILED, charge.get("failure_code") or error.get("decline_code") or error.get("code") or BANK_DECLINED
    return PENDING, ""


def charge_of(session: Row) -> Row:
    """The last one, of an expanded session; nothing while there is none."""
    return (session.get("payment_intent") or {}).get("latest_charge") or {}


def reference_of(row: Row) -> str:
    """Of our payment, on what we made ourselves."""
    return str((row.get("metadata") or {}).get(PAYMENT, ""))


def refund_report(refund: Row) -> RefundReport:
    # A kind of the future is none of the ends.
    status = REFUND_STATES.get(refund["status"], PENDING)
    return RefundReport(
        provider_id=refund["id"],
        status=status,
        amount=from_units(refund["amount"], refund["currency"]),
        reference=str((refund.get("metadata") or {}).get(REFUND, "")),
        reason=refund.get("failure_reason") or refund.get("pending_reason") or "",
    )


def dispute_report(dispute: Row) -> DisputeReport:
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return DisputeReport(
        provider_id=dispute["id"],
        status=DISPUTE_STATES[dispute["status"]],
        amount=from_units(dispute["amount"], dispute["currency"]),
        reason=dispute.get("reason") or "",
        respond_by=datetime.fromtimestamp(due, UTC).isoformat() if due else "",
    )


def _state(session: Row) -> tuple[str, str]:
    """(state, reason). Only what is paid is fulfilled; a finished session may still wait for a bank."""
    if session["payment_status"] == "paid":
        return PAID, ""
    if session["status"] == "expired":
        return FAILED, EXPIRED
    if session["status"] == "complete" and session["payment_status"] == "unpaid":
        return _state_at_the_bank(session.get("payment_intent"))
    return PENDING, ""


def _state_at_the_bank(intent: object) -> tuple[str, str]:
    if isinstance(intent, Mapping) and intent["status"] in ("requires_payment_method", "canceled"):
        error = intent.get("last_payment_error") or {}
        return FAILED, error.get("decline_code") or error.get("code") or BANK_DECLINED
    return UNDER_WAY, ""


def _fee(charge: Row, currency: str) -> Decimal | None:
    """Known when it is booked; in the currency of the payout, which may be another one."""
    booked = charge.get("balance_transaction")
    if not isinstance(booked, Mapping) or booked["currency"] != currency:
        return None
    return from_units(booked["fee"], currency)
