"""Received money is known to apps above: payments register here, as sellers do in `fulfilment`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kring.billing.models import Order
from kring.core.registry import Hooks


@dataclass(frozen=True)
class Money:
    """Of an order: what came in and stayed, what was given back, what is still waited for though it is complete."""

    kept: Decimal
    refunded: Decimal
    awaited: Decimal


# Each returns what is still to come in for an order, and corrects what its open payments wait for. Called under the
# order's lock when the amount owed has changed.
counts_receipts = Hooks[[Order], Decimal]("counter of receipts")
# Each returns what came in; nothing is changed.
counts_money = Hooks[[Order], Money]("counter of money")


def still_to_come(order: Order) -> Decimal:
    """Zero when all that is owed has come in, or nothing is owed any more."""
    return sum((counter(order) for counter in counts_receipts), Decimal(0))


def money_of(order: Order) -> Money:
    found = [counter(order) for counter in counts_money]
    return Money(
        sum((each.kept for each in found), Decimal(0)),
        sum((each.refunded for each in found), Decimal(0)),
        sum((each.awaited for each in found), Decimal(0)),
    )
