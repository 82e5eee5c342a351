"""What is asked of Stripe about plans and subscriptions. All of it is network: to be called outside any transaction.

Each raises NotConnected, KeysRefused, Declined or ProviderUnavailable; then nothing is known to have happened.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings

from kring.organisations.models import Organisation
from kring.payments import platform_stripe
from kring.payments.method import Declined, ProviderUnavailable
from kring.payments.methods.stripe.limits import from_units, to_units
from kring.plans.models import Plan
from kring.plans.refusals import NotConnected, StripeDeclined, StripeIsAway

if TYPE_CHECKING:
    import stripe

# In the data of what we make there.
REFERENCE, HOST = "kring_subscription", "kring_host"
# Stripe's clock and ours differ.
AT_ONCE = timedelta(minutes=10)
# What is sent, for which its library has types of its own.
type Wanted = Any


@dataclass(frozen=True)
class StripeSubscription:
    """What Stripe says of one now. `host`: of the installation that made it."""

    id: str
    status: str
    customer: str
    price: str
    item: str
    reference: str
    host: str
    period_start: datetime | None
    period_end: datetime | None
    cancel_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class StripePrice:
    id: str
    amount: Decimal
    currency: str
    interval: str


@dataclass(frozen=True)
class PlanChange:
    """What changing to another plan costs, as Stripe works it out: an invoice of `amount` at `at`, of which `regular`
    is for the period that begins then, and `difference` for the rest of the present one; less than 0: that much back.

    `reckoned_at` is given when the change is made, so that it costs what was shown."""

    amount: Decimal
    regular: Decimal
    difference: Decimal
    currency: str
    at: datetime
    reckoned_at: int

    @property
    def is_at_once(self) -> bool:
        return self.at <= datetime.fromtimestamp(self.reckoned_at, UTC) + AT_ONCE

    @property
    def credit(self) -> Decimal:
        """What is left over for the invoices after it."""
        return max(-(self.regular + self.difference), Decimal(0))


@contextmanager
def _client() -> Iterator[stripe.StripeClient]:
    # Stripe's library takes 30 MB and most of a second to load.
    from kring.payments.methods.stripe import api

    keys = platform_stripe.keys()
    if not keys:
        raise NotConnected
    try:
        with api.client(keys) as client:
            yield client
    except Declined:
        raise StripeDeclined from None
    except ProviderUnavailable:
        raise StripeIsAway from None


def price(price_id: str) -> StripePrice:
    with _client() as client:
        return _price(client.v1.prices.retrieve(price_id))


def make_price(plan: Plan) -> StripePrice:
    with _client() as client:
        wanted: Wanted = {
            "currency": plan.currency.lower(),
            "unit_amount": to_units(plan.price, plan.currency),
            "recurring": {"interval": plan.interval},
            "product_data": {"name": plan.name},
        }
        return _price(client.v1.prices.create(wanted))


def make_customer(organisation: Organisation, reference: str) -> str:
    wanted: Wanted = {
        "name": organisation.name,
        "email": organisation.contact_email,
        "metadata": {HOST: settings.HOST, "kring_organisation": organisation.subdomain},
    }
    with _client() as client:
        return client.v1.customers.create(wanted, {"idempotency_key": f"customer-{reference}"}).id


def check_out(
    plan: Plan, trial_days: int, *, customer: str, reference: str, before: str, language: str, back: str
) -> tuple[str, str]:
    """(id, address) of Stripe's page; `back` is where it leads afterwards. After the checkout `before` ("": none) there
    is one for each plan, however often it is asked for."""
    ours = {REFERENCE: reference, HOST: settings.HOST}
    trial = {"trial_period_days": trial_days} if trial_days else {}
    wanted: Wanted = {
        "mode": "subscription",
        "customer": customer,
        "line_items": [{"price": plan.stripe_price_id, "quantity": 1}],
        "client_reference_id": reference,
        "locale": language,
        "metadata": ours,
        "subscription_data": {"metadata": ours, **trial},
        "success_url": f"{back}?paid=1",
        "cancel_url": back,
    }
    with _client() as client:
        options: Wanted = {"idempotency_key": f"checkout-{reference}-{plan.pk}-{before}"}
        session = client.v1.checkout.sessions.create(wanted, options)
        return session.id, session.url or ""


def of_checkout(checkout_id: str) -> str:
    """The id of the subscription that it made; "" until then."""
    with _client() as client:
        return str(client.v1.checkout.sessions.retrieve(checkout_id).to_dict().get("subscription") or "")


def expire(checkout_id: str) -> None:
    """So that nobody pays on a page that was left. No effect on one that has ended."""
    try:
        with _client() as client:
            client.v1.checkout.sessions.expire(checkout_id)
    except Declined:
        return


def subscription(id_: str) -> StripeSubscription:
    with _client() as client:
        return _subscription(client.v1.subscriptions.retrieve(id_).to_dict())


def change_plan(current: StripeSubscription, plan: Plan, reckoned_at: int | None = None) -> StripeSubscription:
    """Stripe charges or credits the difference for the rest of the period with the next invoice; another interval
    begins a period, and its invoice, at once. `reckoned_at`: of the preview that was shown."""
    return _update(current.id, _exchanged(current, plan, reckoned_at))


def preview(current: StripeSubscription, plan: Plan) -> PlanChange:
    """What `change_plan` would cost now. Nothing is changed."""
    now = int(time.time())
    wanted: Wanted = {"subscription": current.id, "subscription_details": _exchanged(current, plan, now)}
    with _client() as client:
        invoice = client.v1.invoices.create_preview(wanted)
    currency = invoice.currency.upper()
    regular = [line for line in invoice.lines.data if not _is_prorated(line)]
    full = sum(line.amount for line in regular)
    begins = min((line.period.start for line in regular), default=None)
    return PlanChange(
        amount=from_units(invoice.amount_due, currency),
        regular=from_units(full, currency),
        # Only the first lines come along, and of many changes most are differences.
        difference=from_units(invoice.subtotal - full, currency),
        currency=currency,
        at=_moment(begins) or current.period_end or datetime.fromtimestamp(now, UTC),
        reckoned_at=now,
    )


def _exchanged(current: StripeSubscription, plan: Plan, at: int | None) -> Wanted:
    items = [{"id": current.item, "price": plan.stripe_price_id}]
    return {"items": items, "proration_behavior": "create_prorations"} | ({"proration_date": at} if at else {})


def _is_prorated(line: stripe.InvoiceLineItem) -> bool:
    parent = line.parent
    details = parent and (parent.subscription_item_details or parent.invoice_item_details)
    return bool(details and details.proration)


def cancel_at_end(id_: str, *, wanted: bool) -> StripeSubscription:
    return _update(id_, {"cancel_at_period_end": wanted})


def cancel_now(id_: str) -> None:
    with _client() as client:
        client.v1.subscriptions.cancel(id_)


def _update(id_: str, wanted: Wanted) -> StripeSubscription:
    with _client() as client:
        return _subscription(client.v1.subscriptions.update(id_, wanted).to_dict())


def portal(customer: str, back: str) -> str:
    """The address of Stripe's page for this customer: invoices, payment methods."""
    with _client() as client:
        return client.v1.billing_portal.sessions.create({"customer": customer, "return_url": back}).url


def _price(found: Any) -> StripePrice:
    facts = found.to_dict()
    currency = facts["currency"].upper()
    interval = facts["recurring"]["interval"] if facts["recurring"].get("interval_count", 1) == 1 else ""
    return StripePrice(facts["id"], from_units(facts["unit_amount"], currency), currency, interval)


def _subscription(facts: dict[str, Any]) -> StripeSubscription:
    """Periods lie on the items since Stripe's version of March 2025."""
    item, ours = facts["items"]["data"][0], facts.get("metadata") or {}
    end = _moment(item.get("current_period_end"))
    ends = _moment(facts.get("cancel_at")) or (end if facts.get("cancel_at_period_end") else None)
    return StripeSubscription(
        id=facts["id"],
        status=facts["status"],
        customer=facts["customer"],
        price=item["price"]["id"],
        item=item["id"],
        reference=ours.get(REFERENCE, ""),
        host=ours.get(HOST, ""),
        period_start=_moment(item.get("current_period_start")),
        period_end=end,
        cancel_at=ends,
        ended_at=_moment(facts.get("ended_at")),
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
