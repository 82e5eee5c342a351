"""SEPA mandates that payers give on Stripe's page, and charging them without the payer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import stripe

from kring.payments.method import (
    ACTIVE,
    FAILED,
    PENDING,
    REVOKED,
    MeansReport,
    ProviderReport,
    ProviderUnavailable,
    Redirect,
    Urls,
)
from kring.payments.methods.stripe import api, limits, reading, refunding
from kring.payments.methods.stripe.reading import Row

if TYPE_CHECKING:
    from kring.payments.models import Payment, SavedMeans

KIND = "sepa_debit"
EXPANDED = ["setup_intent.payment_method", "setup_intent.mandate"]
EXPANDED_INTENT = ["latest_charge.balance_transaction"]
# Of one payer: the newest.
MOST = 100
EXPIRED = "session_expired"


def keep(means: SavedMeans, urls: Urls) -> Redirect:
    ours = {reading.MEANS: means.reference}
    with api.client(means.keys) as client:
        who: api.Wanted = {"name": means.payer_name, "email": means.payer_email, "metadata": ours}
        customer = client.v1.customers.create(who, _once(means, "customer")).id
        wanted: api.Wanted = {
            "mode": "setup",
            "customer": customer,
            "currency": "eur",
            "allowed_payment_method_types": [KIND],
            "locale": means.language,
            "client_reference_id": means.reference,
            "metadata": ours,
            "setup_intent_data": {"metadata": ours},
            "success_url": urls.return_url,
            "cancel_url": urls.return_url,
        }
        session = client.v1.checkout.sessions.create(wanted, _once(means, "session"))
        if not session.url:
            raise ProviderUnavailable
        return Redirect(url=session.url, provider_id=session.id, data={"customer_id": customer})


def look_up(means: SavedMeans) -> MeansReport | None:
    with api.client(means.keys) as client:
        if means.mandate_id:
            mandate = client.v1.mandates.retrieve(means.mandate_id).to_dict()
            # Detached from the payer in Stripe's dashboard it cannot be charged any more, whatever its mandate says.
            method = client.v1.payment_methods.retrieve(means.token).to_dict()
            is_gone = mandate["status"] == "inactive" or not method.get("customer")
            return MeansReport(status=REVOKED if is_gone else ACTIVE)
        if not means.set_up_id:
            return None
        session = client.v1.checkout.sessions.retrieve(means.set_up_id, {"expand": EXPANDED}).to_dict()
        return report(session)


def forget(means: SavedMeans) -> None:
    with api.client(means.keys) as client:
        token = means.token or (_ended(client, means).token if means.set_up_id else "")
        if token:
            # One that is attached to nobody any more is refused.
            with suppress(stripe.InvalidRequestError):
                client.v1.payment_methods.detach(token)


def _ended(client: stripe.StripeClient, means: SavedMeans) -> MeansReport:
    """Setting it up, which nobody can finish any more."""
    with suppress(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(means.set_up_id)
    return report(client.v1.checkout.sessions.retrieve(means.set_up_id, {"expand": EXPANDED}).to_dict())


def report(session: Row) -> MeansReport:
    """Of a session whose intent to set up, payment method and mandate are expanded."""
    if session["status"] == "expired":
        return MeansReport(status=FAILED, reason=EXPIRED)
    intent = session.get("setup_intent") or {}
    if session["status"] != "complete" or intent.get("status") != "succeeded":
        return MeansReport(status=PENDING)
    method, mandate = intent["payment_method"], intent.get("mandate") or {}
    account = method.get(method["type"]) or {}
    details = (mandate.get("payment_method_details") or {}).get(method["type"]) or {}
    return MeansReport(
        status=REVOKED if mandate.get("status") == "inactive" else ACTIVE,
        customer_id=session["customer"],
        token=method["id"],
        mandate_id=mandate.get("id", ""),
        kind=method["type"],
        masked=f"{account.get('country', '')} … {account.get('last4', '')}".strip(),
        mandate_reference=details.get("reference") or "",
    )


def charge(payment: Payment, means: SavedMeans) -> ProviderReport:
    ours = {reading.PAYMENT: payment.reference, reading.MEANS: means.reference}
    wanted: api.Wanted = {
        "amount": limits.to_units(payment.amount, payment.currency),
        "currency": payment.currency.lower(),
        "customer": means.customer_id,
        "payment_method": means.token,
        "allowed_payment_method_types": [means.kind],
        "off_session": True,
        "confirm": True,
        "description": payment.reference,
        "metadata": ours,
    }
    with api.client(means.keys) as client:
        try:
            options: stripe.RequestOptions = {"idempotency_key": f"{payment.reference}-charge"}
            made = client.v1.payment_intents.create(wanted, options)
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            # A mandate that is revoked, an account that is closed: whatever was made of it is found by our reference.
            return found(client, payment, means) or refused(payment, error)
        return intent_report(client, made.to_dict())


def refused(payment: Payment, error: stripe.StripeError) -> ProviderReport:
    return ProviderReport(
        event_id="", provider_id="", status=FAILED, reference=payment.reference, reason=error.code or "declined"
    )


def find_charge(payment: Payment, means: SavedMeans) -> ProviderReport | None:
    with api.client(means.keys) as client:
        return found(client, payment, means)


def found(client: stripe.StripeClient, payment: Payment, means: SavedMeans) -> ProviderReport | None:
    for each in client.v1.payment_intents.list({"customer": means.customer_id, "limit": MOST}).data:
        intent = each.to_dict()
        if reading.reference_of(intent) == payment.reference:
            return ask_intent(client, intent["id"])
    return None


def ask_intent(client: stripe.StripeClient, intent_id: str) -> ProviderReport | None:
    """None: it is not in the account that the keys belong to by now."""
    try:
        intent = client.v1.payment_intents.retrieve(intent_id, {"expand": EXPANDED_INTENT}).to_dict()
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            return None
        raise
    return intent_report(client, intent)


def cancel(client: stripe.StripeClient, intent_id: str) -> None:
    """No effect on one that is with the bank already."""
    with suppress(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(intent_id)


def intent_report(client: stripe.StripeClient, intent: Row) -> ProviderReport:
    """Its last charge is named only, where it was made just now."""
    found = intent.get("latest_charge")
    charge: Row = found if isinstance(found, dict) else {}
    refunds = refunding.refunds_of(client, intent["id"]) if charge.get("amount_refunded") else []
    disputes = refunding.disputes_of(client, intent["id"]) if charge.get("disputed") else []
    return reading.intent_report(intent, refunds, disputes)


def _once(means: SavedMeans, what: str) -> stripe.RequestOptions:
    return {"idempotency_key": f"{means.reference}-{what}"}
