"""Orders that are paid in instalments; all need a scope."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kring.billing import instalments
from kring.billing.instalments import Part
from kring.billing.models import Order
from kring.payments import by_hand, paying
from kring.payments.models import Payment
from tests.payments import ordering
from tests.payments.ordering import fresh


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def parts(*amounts: str, first_in: int = 30) -> list[Part]:
    """The deposit now; the others a month apart, the first of them in so many days."""
    days = [0, *(first_in + 30 * number for number in range(len(amounts) - 1))]
    return [Part(Decimal(amount), in_days(day)) for amount, day in zip(amounts, days, strict=True)]


def order(*amounts: str, first_in: int = 30, **fields: Any) -> Order:
    """Of which these are the instalments; nothing is paid yet."""
    made = ordering.order(price=str(sum(map(Decimal, amounts)) / fields.get("tickets", 1)), **fields)
    instalments.choose(made, parts(*amounts, first_in=first_in))
    return fresh(made)


def pay(made: Order, amount: str = "") -> Payment:
    """By transfer, which arrives; without `amount` what is asked for."""
    payment = ordering.start(made, "transfer", amount=Decimal(amount) if amount else None).payment
    paying.confirm(payment)
    return payment


def complete(*amounts: str, **fields: Any) -> Order:
    """The deposit of it has arrived."""
    made = order(*amounts, **fields)
    pay(made)
    return fresh(made)


def found_by_staff(made: Order, amount: str, **more: Any) -> Payment:
    payment = ordering.start(made, "transfer").payment
    by_hand.receive(payment, amount=Decimal(amount), by=None, **more)
    return payment


def state_of(made: Order) -> list[tuple[Decimal, Decimal]]:
    """(amount, paid) of each part."""
    kept = made.payments.kept() - fresh(made).retained
    return [(each.instalment.amount, each.paid) for each in instalments.states(made.instalments.all(), kept)]
