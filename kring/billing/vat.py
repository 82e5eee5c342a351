"""VAT inside prices: all prices include it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from kring.billing.models import OrderLine

CENT = Decimal("0.01")


def inside(amount: Decimal, rate: Decimal) -> Decimal:
    """The VAT in `amount` at `rate` percent, in cents, half up."""
    return (amount * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)


def by_rate(lines: Iterable[OrderLine]) -> list[tuple[Decimal, Decimal]]:
    """(rate, VAT) of the lines that are not cancelled; zero rates are left out. Of the sum at each rate, rounded once
    (EN 16931, BR-CO-17), however many lines make it."""
    sums: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.vat_rate and line.cancelled_at is None:
            sums[line.vat_rate] += line.amount
    return sorted((rate, inside(amount, rate)) for rate, amount in sums.items())
