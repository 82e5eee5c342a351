"""Received money is known to apps above: payments register here, as sellers do in `fulfilment`."""

from __future__ import annotations

from decimal import Decimal

from kring.billing.models import Order
from kring.core.registry import Hooks

# Each returns what is still to come in for an order, and corrects what its open payments wait for. Called under the
# order's lock when the amount owed has changed.
counts_receipts = Hooks[[Order], Decimal]("counter of receipts")


def still_to_come(order: Order) -> Decimal:
    """Zero when all that is owed has come in, or nothing is owed any more."""
    return sum((counter(order) for counter in counts_receipts), Decimal(0))
