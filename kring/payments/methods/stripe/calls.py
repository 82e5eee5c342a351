"""All that needs Stripe's library."""

from __future__ import annotations

from kring.payments.method import ProviderReport, ProviderUnavailable, Redirect, Urls
from kring.payments.methods.stripe import api, means, sessions
from kring.payments.methods.stripe.books import ledger
from kring.payments.methods.stripe.connecting import connect, identify
from kring.payments.methods.stripe.means import charge, find_charge, forget, keep, look_up
from kring.payments.methods.stripe.notices import read
from kring.payments.methods.stripe.refunding import refund
from kring.payments.models import Payment

__all__ = [
    "charge",
    "close",
    "connect",
    "find_charge",
    "forget",
    "identify",
    "keep",
    "ledger",
    "look_up",
    "poll",
    "read",
    "refund",
    "start",
]
INTENT = "pi_"


def start(payment: Payment, urls: Urls) -> Redirect:
    with api.client(payment.keys) as client:
        session = sessions.begin(client, payment, urls)
        if not session.url:
            raise ProviderUnavailable
        slow = urls.slow_until.isoformat() if urls.slow_until else ""
        return Redirect(url=session.url, provider_id=session.id, data={"slow_until": slow})


def poll(payment: Payment) -> ProviderReport | None:
    with api.client(payment.keys) as client:
        if payment.provider_id.startswith(INTENT):
            return means.ask_intent(client, payment.provider_id)
        return sessions.ask(client, payment)


def close(payment: Payment) -> ProviderReport | None:
    with api.client(payment.keys) as client:
        if payment.provider_id.startswith(INTENT):
            means.cancel(client, payment.provider_id)
            return means.ask_intent(client, payment.provider_id)
        sessions.expire(client, payment)
        return sessions.ask(client, payment)
