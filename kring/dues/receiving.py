"""Staff note that money has come in for a bill: cash, or a transfer that no statement shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.payments import beginning, by_hand, paying, refusals
from kring.payments.models import Payment

METHOD = "transfer"


def left_of(order: Order) -> Decimal:
    return paying.left_of(order)


@in_transaction
def receive(order: Order, *, amount: Decimal, by: User | None, on: date | None = None, text: str = "") -> Payment:
    """By the attempt that waits for a transfer, where there is one. More than is open is kept, and staff see it.

    Raises AlreadyPaid where nothing is open, NoAmount.
    """
    order = lock_pk(order.pk)
    if not paying.left_of(order):
        raise refusals.AlreadyPaid
    waiting = order.payments.waiting_for_staff().filter(method=METHOD, payer_email="").first()
    payment: Payment = waiting or order.payments.create(
        method=METHOD,
        state=Payment.State.PENDING,
        amount=amount,
        currency=order.currency,
        reference=beginning.new_reference(order),
    )
    by_hand.receive(payment, amount=amount, by=by, on=on, bank_reference=text)
    payment.refresh_from_db()
    return payment
