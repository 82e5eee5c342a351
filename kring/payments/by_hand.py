"""Payments found by staff: a transfer of another amount, on another day; cash paid at the desk (C2, C10)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.payments import paying, refusals
from kring.payments.models import Found, Payment


@transaction.atomic
def receive(
    payment: Payment, *, amount: Decimal, by: User | None, on: date | None = None, bank_reference: str = ""
) -> bool:
    """Note that `amount` has arrived, on that day, whether or not it is the sum requested.

    Less: the rest is waited for, and the buyer notified of it. More: it is kept, and staff have to refund it.
    False when it was noted before. Raises NoAmount.
    """
    refusals.refuse_bad_amount(amount)
    order = paying.lock(payment)
    found: Found = {"amount": amount, "bank_reference": bank_reference.strip()[:140]}
    if on is not None and on != timezone.localdate():
        found["settled_at"] = _noon(on)
    return paying.received(payment, order, by=by, **found)


@transaction.atomic
def take_on_site(payment: Payment, *, seen: Decimal, amount: Decimal, by: User | None, where: str) -> None:
    """Cash is paid at the desk: `amount` of the `seen` that was open when the page was loaded.

    Two desks that see the same open sum take it once. Raises TakenAlready, NoAmount, and NotOffered for a payment
    that is not made on site.
    """
    refusals.refuse_bad_amount(amount)
    order = paying.lock(payment)
    if payment.method not in Payment.ON_SITE:
        raise refusals.NotOffered
    if payment.state != Payment.State.PENDING or payment.amount != seen or amount > seen:
        raise refusals.TakenAlready
    paying.received(payment, order, by=by, act="payment.taken_on_site", amount=amount, received_where=where[:100])


def _noon(day: date) -> datetime:
    """Noon of that day in the organisation's time zone: it stays the same day in every zone."""
    return timezone.make_aware(datetime.combine(day, time(12)))
