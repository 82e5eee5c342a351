"""An order for which nothing is to be paid."""

from __future__ import annotations

from django.utils import timezone

from kring.billing import settling
from kring.billing.fulfilment import by_kind
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.payments import beginning, refusals
from kring.payments.models import Payment

KEY = "free"


@in_transaction
def complete_for_free(order: Order) -> Payment:
    """That nothing is left to pay is recorded as a payment, and the order is complete at once.

    There is no attempt: the payment is created as received. Raises AlreadyPaid, OrderGone, NotReady, NotOffered
    where something is to be paid, and what is still required of the buyer (`Fulfilment.demand_ready`).
    """
    order = lock(order)
    beginning.refuse_what_cannot_be_paid(order)
    if beginning.left_of(order):
        raise refusals.NotOffered
    for fulfilment, lines in by_kind(order):
        fulfilment.demand_ready(order, lines)
    payment: Payment = order.payments.create(
        method=KEY,
        state=Payment.State.PAID,
        amount=0,
        currency=order.currency,
        reference=beginning.new_reference(order),
        settled_at=timezone.now(),
    )
    settling.settle(order)
    return payment
