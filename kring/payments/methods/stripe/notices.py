"""Stripe's events: verified, then said in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import stripe

from kring.core.json_input import read_json
from kring.payments.method import FAILED, BadNotification, Hint, ProviderReport
from kring.payments.methods.stripe import reading
from kring.payments.methods.stripe.reading import Row

SIGNATURE = "stripe-signature"


def read(body: bytes, headers: Mapping[str, str], keys: Mapping[str, str]) -> ProviderReport | Hint:
    """Raises BadNotification, also for what is meant for another account or mode."""
    try:
        # The secret of the endpoint we made, or of one that was made by hand.
        verify(body, headers.get(SIGNATURE, ""), [keys.get("made_secret", ""), keys.get("webhook_secret", "")])
        event = read_json(body)
        if event["livemode"] != is_live(keys) or event.get("account", "") not in ("", keys.get("account", "")):
            raise BadNotification
        return READERS.get(event["type"], _of_no_interest)(event["data"]["object"], event["id"])
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError):
        raise BadNotification from None


def verify(body: bytes, signature: str, secrets: Sequence[str]) -> None:
    """With one of these that is not empty. Raises BadNotification."""
    for secret in filter(None, secrets):
        with suppress(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body, signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
            return
    raise BadNotification


def is_live(keys: Mapping[str, str]) -> bool:
    return "_live_" in keys["secret_key"][:8]


def _session(session: Row, event_id: str) -> ProviderReport | Hint:
    """An account may sell elsewhere, too: only what carries our reference is ours."""
    if session.get("mode") == "setup":
        return Hint(means=session["id"])
    return reading.report(session, event_id=event_id) if reading.reference_of(session) else Hint()


def _failed_session(session: Row, event_id: str) -> ProviderReport | Hint:
    """The bank's reason is not in it."""
    if not reading.reference_of(session):
        return Hint()
    return reading.report(session, event_id=event_id, status=FAILED, reason=reading.BANK_DECLINED)


def _about_an_intent(row: Row, event_id: str) -> Hint:
    """Refunds and disputes are never believed one by one, in whatever order they come: Stripe is asked for them all."""
    return Hint(reference=reading.reference_of(row), transaction=row.get("payment_intent") or "")


def _charged_without_payer(intent: Row, event_id: str) -> Hint:
    """What the payer pays on Stripe's page is known by its session."""
    is_ours = (intent.get("metadata") or {}).get(reading.MEANS)
    return Hint(reference=reading.reference_of(intent), transaction=intent["id"]) if is_ours else Hint()


def _kept(row: Row, event_id: str) -> Hint:
    """A mandate, or a payment method."""
    return Hint(means=row["id"])


def _of_no_interest(row: Row, event_id: str) -> Hint:
    return Hint()


READERS: Mapping[str, Callable[[Row, str], ProviderReport | Hint]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _failed_session,
    "checkout.session.expired": _session,
    "mandate.updated": _kept,
    "payment_method.detached": _kept,
    **dict.fromkeys(
        ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"),
        _charged_without_payer,
    ),
    **dict.fromkeys(
        (
            "charge.refunded",
            "refund.created",
            "refund.updated",
            "refund.failed",
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
        ),
        _about_an_intent,
    ),
}
