"""Lines of contributions. What money means for them the database notes (sql/contributions_follow_the_money.sql)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.billing.fulfilment import Fulfilment, OrderFate, fulfils
from kring.billing.models import Order, OrderLine
from kring.dues import announcing
from kring.dues.models import KIND


@fulfils(KIND)
class ContributionFulfilment(Fulfilment):
    # Dues are not sold: no invoice.
    is_invoiced = False

    def paid(self, order: Order, lines: Sequence[OrderLine]) -> None:
        announcing.paid(order)

    def fate(self, order: Order, lines: Sequence[OrderLine]) -> OrderFate:
        """It is owed, whatever became of the money."""
        return OrderFate.KEPT
