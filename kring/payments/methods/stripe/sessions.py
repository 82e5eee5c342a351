"""Checkout sessions: one for each attempt, on Stripe's own page."""

from __future__ import annotations

import math
import time
from datetime import datetime

import stripe
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.payments import platform_stripe
from kring.payments.method import ProviderReport, ProviderUnavailable, Urls
from kring.payments.methods.stripe import api, limits, reading, refunding
from kring.payments.methods.stripe.connecting import is_connected
from kring.payments.methods.stripe.limits import HOLD, SHORTEST, STEP
from kring.payments.models import Payment

# Requests for one session, within one call of `begin`.
MOST_TRIES = 3
BUSY, BUSY_SECONDS = 409, 1
# The money takes days: only where the places may be kept so long.
SLOW_WAYS = ["acss_debit", "au_becs_debit", "bacs_debit", "boleto", "customer_balance", "konbini", "multibanco", "oxxo"]
SLOW_WAYS += ["sepa_debit", "us_bank_account"]
EXPANDED = ["payment_intent.latest_charge.balance_transaction"]
LONGEST_TEXT = 250


def begin(client: stripe.StripeClient, payment: Payment, urls: Urls) -> stripe.checkout.Session:
    """A request that is repeated leads to the same session. Another is made only where the first request made none
    that anybody knows of: Stripe repeats a failure it has kept, or finds that too little of the hold is left."""
    wanted = _wanted(payment, urls)
    number = 0
    for _each in range(MOST_TRIES):
        ends = payment.created_at + HOLD + number * STEP
        options: stripe.RequestOptions = {"idempotency_key": f"{payment.reference}-{number}"}
        try:
            return client.v1.checkout.sessions.create({**wanted, "expires_at": int(ends.timestamp())}, options)
        except stripe.InvalidRequestError as error:
            if error.param != "expires_at":
                raise
            number = max(number + 1, _steps_missing(payment.created_at + HOLD))
        except stripe.IdempotencyError:
            # It said something else, such as another address of the buyer's.
            number += 1
        except stripe.APIError as error:
            if error.http_status == BUSY:
                # The same request is being answered elsewhere: a double click.
                time.sleep(BUSY_SECONDS)
            elif api.was_kept(error):
                number += 1
            else:
                raise
    raise ProviderUnavailable


def ask(client: stripe.StripeClient, payment: Payment) -> ProviderReport | None:
    """None: it is not in the account that the keys belong to by now."""
    try:
        session = client.v1.checkout.sessions.retrieve(payment.provider_id, {"expand": EXPANDED}).to_dict()
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            return None
        raise
    charge = reading.charge_of(session)
    if not charge:
        return reading.full_report(session, [], [])
    intent = session["payment_intent"]["id"]
    disputes = refunding.disputes_of(client, intent) if charge["disputed"] else []
    return reading.full_report(session, refunding.refunds_of(client, intent), disputes)


def expire(client: stripe.StripeClient, payment: Payment) -> None:
    """No effect on one that has ended already."""
    try:
        client.v1.checkout.sessions.expire(payment.provider_id)
    except stripe.InvalidRequestError:
        return


def _steps_missing(ends: datetime) -> int:
    return math.ceil((timezone.now() + SHORTEST - ends) / STEP)


def fee(payment: Payment) -> dict[str, int]:
    """What the platform keeps of a payment to a connected account."""
    if not is_connected(payment.keys):
        return {}
    units = platform_stripe.fee_units(limits.to_units(payment.amount, payment.currency))
    return {"application_fee_amount": units} if units else {}


def _wanted(payment: Payment, urls: Urls) -> api.Wanted:
    order = payment.order
    with translation.override(order.language):
        facts = {"number": order.number, "organisation": order.organisation.name}
        what = (_("Order %(number)s, %(organisation)s") % facts)[:LONGEST_TEXT]
    ours = {reading.PAYMENT: payment.reference}
    price = {
        "currency": payment.currency.lower(),
        "unit_amount": limits.to_units(payment.amount, payment.currency),
        "product_data": {"name": what},
    }
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "customer_email": payment.payer_email or order.buyer_email,
        "locale": order.language,
        "client_reference_id": payment.reference,
        "metadata": ours,
        # The charge repeats it, and so does what is said about the charge.
        "payment_intent_data": {"metadata": ours, "description": what, **fee(payment)},
        "success_url": urls.return_url,
        "cancel_url": urls.return_url,
        **({} if urls.slow_until else {"excluded_payment_method_types": SLOW_WAYS}),
    }
