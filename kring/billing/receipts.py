"""What has come in is known above: payments come in by this door, as those who sell do by `fulfilment`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kring.billing.models import Order

type Counter = Callable[[Order], Decimal]
_counters: list[Counter] = []


def counts_receipts(counter: Counter) -> Counter:
    """`counter` says what is still to come in for an order, and lets nobody wait for more than that.

    It is called under the order's lock when what is owed for it has changed.
    """
    if counter not in _counters:
        _counters.append(counter)
    return counter


def still_to_come(order: Order) -> Decimal:
    """Zero when all that is owed has come in, or nothing is owed any more."""
    return sum((counter(order) for counter in _counters), Decimal(0))
