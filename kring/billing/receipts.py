"""What has come in is known above: payments come in by this door, as those who sell do by `fulfilment`."""

from __future__ import annotations

from decimal import Decimal

from kring.billing.models import Order
from kring.core.registry import Hooks

# Each says what is still to come in for an order, and lets nobody wait for more than that. Called under the order's
# lock when what is owed for it has changed.
counts_receipts = Hooks[[Order], Decimal]("counter of receipts")


def still_to_come(order: Order) -> Decimal:
    """Zero when all that is owed has come in, or nothing is owed any more."""
    return sum((counter(order) for counter in counts_receipts), Decimal(0))
