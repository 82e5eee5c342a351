"""Refunds through Stripe, and those made at its own site."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import stripe
from django.utils.translation import gettext_lazy as _

from kring.payments.method import ProviderUnavailable, RefundRefused, RefundReport, Text
from kring.payments.methods.stripe import api, limits, reading
from kring.payments.methods.stripe.reading import Row

if TYPE_CHECKING:
    from kring.payments.models import Payment

MOST = 100
MOST_TRIES = 3
_NO_MONEY = _("there is not enough money in your account at Stripe. Top it up there, or refund in another way.")
REASONS: Mapping[str, Text] = {
    "balance_insufficient": _NO_MONEY,
    "insufficient_funds": _NO_MONEY,
    "charge_already_refunded": _("all of it was refunded already."),
    "charge_disputed": _("the payer's bank has taken the money back."),
}


class Asked(Protocol):
    """As much of a refund as Stripe needs; `reference` is its own in this organisation."""

    amount: Decimal
    reference: str


def refund(refund: Asked, payment: Payment) -> RefundReport:
    """Before each request Stripe is asked whether it has made this refund: it remembers a key for a day only."""
    with api.client(payment.keys) as client:
        intent = payment.provider_data.get("transaction") or _intent_of(client, payment)
        for number in range(MOST_TRIES):
            for made in refunds_of(client, intent):
                if (made.get("metadata") or {}).get(reading.REFUND) == refund.reference:
                    return reading.refund_report(made)
            try:
                return reading.refund_report(_made(client, refund, payment, intent, number))
            except stripe.APIError as error:
                if not api.was_kept(error):
                    raise
            except (stripe.InvalidRequestError, stripe.CardError) as error:
                raise RefundRefused(reason=_why(error)) from None
        raise ProviderUnavailable


def refunds_of(client: stripe.StripeClient, intent: str) -> list[Row]:
    found = client.v1.refunds.list({"payment_intent": intent, "limit": MOST})
    return [each.to_dict() for each in found.data]


def disputes_of(client: stripe.StripeClient, intent: str) -> list[Row]:
    found = client.v1.disputes.list({"payment_intent": intent, "limit": MOST})
    return [each.to_dict() for each in found.data]


def _made(client: stripe.StripeClient, refund: Asked, payment: Payment, intent: str, number: int) -> Row:
    options: stripe.RequestOptions = {"idempotency_key": f"{refund.reference}-{number}"}
    wanted: api.Wanted = {
        "payment_intent": intent,
        "amount": limits.to_units(refund.amount, payment.currency),
        "metadata": {reading.PAYMENT: payment.reference, reading.REFUND: refund.reference},
    }
    return client.v1.refunds.create(wanted, options).to_dict()


def _intent_of(client: stripe.StripeClient, payment: Payment) -> str:
    if payment.provider_id.startswith("pi_"):
        return payment.provider_id
    intent = client.v1.checkout.sessions.retrieve(payment.provider_id).payment_intent
    if not isinstance(intent, str):
        raise RefundRefused(reason=_("there is nothing to refund: Stripe knows of no payment."))
    return intent


def _why(error: stripe.StripeError) -> Text:
    return REASONS.get(error.code or "") or error.user_message or error.code or ""
