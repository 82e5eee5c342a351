"""Orders to be paid, and paying them at the pretend provider; all but `pay_at` need a scope or open their own."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import PaymentOption
from kring.payments import paying
from kring.payments.models import Payment, ProviderAccount
from kring.payments.testpay import bank, signing
from kring.payments.testpay.models import TestpayCharge
from kring.registrations.booking import Attendee, assign, book
from tests import make

KEY = "the key of the merchant"
SETTINGS = {
    "free": {},
    "cash": {},
    "manual": {"text": "Bring it to the clubhouse."},
    "transfer": {"account": "NL91ABNA0417164300", "holder": "Congress foundation"},
    "testpay": {},
}


def account(key: str = KEY, **more: Any) -> ProviderAccount:
    """The organisation's account with the pretend provider; the same again for the same key."""
    public_id = signing.account_of(key)
    facts = {"method": "testpay", "mode": ProviderAccount.Mode.LIVE, "keys": {"key": key}, **more}
    return ProviderAccount.objects.get_or_create(public_id=public_id, defaults=facts)[0]


def order(*, price: str = "49.95", capacity: int | None = 10, tickets: int = 1, **fields: Any) -> Order:
    """Booked, and with its attendees. `fields` are the attraction's."""
    account()
    attraction = fields.pop("attraction", None) or make.attraction(capacity=capacity, price=price, **fields)
    for position, (method, settings) in enumerate(SETTINGS.items()):
        PaymentOption.objects.get_or_create(
            event=attraction.event, method=method, defaults={"settings": settings, "position": position}
        )
    made = book(attraction.event, {attraction.ticket_types.get().pk: tickets}, language="en")
    attendees = [Attendee(myself=True)] + [
        Attendee(myself=False, name=f"Guest {n}", email=f"guest-{n}@example.org") for n in range(1, tickets)
    ]
    # As the next request reads it.
    return fresh(assign(made, buyer_name="Ada Lovelace", buyer_email="ada@example.org", attendees=attendees))


def start(made: Order, method: str, *, settings: dict[str, Any] | None = None, **more: Any) -> paying.Started:
    site = made.organisation.url
    return paying.start(
        made,
        method=method,
        settings=SETTINGS[method] if settings is None else settings,
        return_url=f"{site}/orders/{made.secret}/payment/return/",
        notify_url=f"{site}/payments/{method}/notifications/",
        **more,
    )


def charge_of(payment: Payment) -> TestpayCharge:
    return TestpayCharge.objects.get(public_id=payment.provider_id)


def event_of(payment: Payment, status: str = "paid", *, event: str = "", **changes: Any) -> dict[str, str]:
    """What the pretend provider would say."""
    facts = {
        "event": event or f"{payment.provider_id}-{status}",
        "charge": payment.provider_id,
        "reference": payment.reference,
        "status": status,
        "amount": str(payment.amount),
        "currency": payment.currency,
        "reason": "insufficient_funds" if status == "failed" else "",
    }
    return facts | changes


def notify(client: Any, payment: Payment | None, event: dict[str, str], *, key: str = KEY, signed_by: str = "") -> Any:
    """POST it as the provider does."""
    body = json.dumps(event).encode()
    address = f"/payments/testpay/notifications/?account={signing.account_of(key)}"
    headers = {signing.HEADER: signing.signature(body, signed_by or key)}
    return client.post(address, body, content_type="application/json", headers=headers)


def act(organisation: Any, payment: Payment, action: str) -> None:
    """The payer presses a button on the provider's page."""
    with scope(organisation):
        bank.act(charge_of(payment), action)


def let_expire(made: Order) -> None:
    """Its time is over, by the clock; the worker has not run yet."""
    past = timezone.now() - timedelta(minutes=1)
    Order.objects.filter(pk=made.pk).update(expires_at=past)
    from kring.places.models import Hold

    Hold.objects.filter(registrations__line__order=made).update(expires_at=past)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def euro(amount: str) -> Decimal:
    return Decimal(amount)
