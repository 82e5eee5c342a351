"""The payer's bank takes back what was paid, or gives it up: the order waits again, or is complete."""

from __future__ import annotations

from kring.billing import settling
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.payments import paying
from kring.payments.disputing import on_dispute
from kring.payments.models import Dispute


@on_dispute
def note(order: Order) -> None:
    """Called with the payment's row locked. While a dispute is open nothing is asked for."""
    if not order.is_of_dues:
        return
    order = lock(order)
    left = paying.left_of(order)
    disputes = Dispute.objects.filter(payment__order=order)
    if order.state == Order.State.PAID and left and disputes.filter(state=Dispute.State.LOST).exists():
        settling.reopen(order, reason="")
    elif order.state == Order.State.AWAITING_PAYMENT and not left:
        settling.settle(order)
