"""VAT inside prices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from kring.billing import vat
from kring.billing.models import OrderLine


@pytest.mark.parametrize(
    ("amount", "rate", "inside"),
    [
        ("121.00", "21", "21.00"),
        ("49.95", "21", "8.67"),
        ("0.03", "21", "0.01"),
        ("49.95", "0", "0.00"),
        # 0.045 exactly: half goes up.
        ("0.945", "5", "0.05"),
    ],
)
def test_the_vat_in_a_price_is_rounded_half_up(amount, rate, inside):
    assert vat.inside(Decimal(amount), Decimal(rate)) == Decimal(inside)


def test_it_is_summed_by_rate_over_the_lines_that_stand():
    lines = [
        OrderLine(amount=Decimal("49.95"), vat_rate=Decimal(21)),
        OrderLine(amount=Decimal("49.95"), vat_rate=Decimal(21)),
        OrderLine(amount=Decimal("10.90"), vat_rate=Decimal(9)),
        OrderLine(amount=Decimal(5), vat_rate=Decimal(0)),
        OrderLine(amount=Decimal(121), vat_rate=Decimal(21), cancelled_at=timezone.now()),
    ]

    assert vat.by_rate(lines) == [(Decimal(9), Decimal("0.90")), (Decimal(21), Decimal("17.34"))]


def test_it_is_rounded_once_for_all_lines_of_a_rate():
    """Line by line it would be 56.00 (design: money)."""
    lines = [OrderLine(amount=Decimal("29.97"), vat_rate=Decimal(23)) for _ in range(10)]

    assert vat.by_rate(lines) == [(Decimal(23), Decimal("56.04"))]
