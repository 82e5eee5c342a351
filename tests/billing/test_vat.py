"""VAT inside prices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.billing import vat
from kring.billing.models import OrderLine
from kring.billing.vat import CENT, NOTHING, TaxedLine
from tests.thorough import examples

RATES = [Decimal(each) for each in ("0", "5", "8", "9", "19", "20", "21", "23", "25.5", "99.99")]
amounts = st.integers(0, 99_999_999).map(lambda cents: cents * CENT) | st.integers(0, 300).map(lambda each: each * CENT)
lines = st.lists(st.builds(TaxedLine, amounts, st.sampled_from(RATES), st.just({})), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("gross", "rate", "net", "inside", "rounding"),
    [
        ("121.00", "21", "100.00", "21.00", "0.00"),
        ("49.95", "21", "41.28", "8.67", "0.00"),
        ("49.95", "0", "49.95", "0.00", "0.00"),
        ("0.00", "21", "0.00", "0.00", "0.00"),
        ("999999.99", "21", "826446.27", "173553.72", "0.00"),
        # 5 × 100.00 of the design, and its 10 × 29.97.
        ("500.00", "19", "420.17", "79.83", "0.00"),
        ("299.70", "23", "243.66", "56.04", "0.00"),
        # No net amount makes 0.03: 0.02 makes 0.02, and 0.03 makes 0.04.
        ("0.03", "21", "0.02", "0.00", "0.01"),
    ],
)
def test_net_and_vat_are_chosen_so_that_the_price_stays(gross, rate, net, inside, rounding):
    found = vat.split(Decimal(gross), Decimal(rate))

    assert (found.net, found.vat, found.rounding) == (Decimal(net), Decimal(inside), Decimal(rounding))


@settings(max_examples=examples(2000))
@given(lines=lines)
def test_the_norm_and_the_total_hold_whatever_is_sold(lines):
    """BR-CO-17 for each rate; nothing is lost, and no line has less than nothing."""
    found = vat.breakdown(lines)

    nets = {place: net for each in found for place, net in each.nets.items()}
    assert sorted(nets) == list(range(len(lines)))
    for each in found:
        assert each.split.vat == vat.of_net(each.split.net, each.rate)
        assert each.split.net == sum(each.nets.values())
        assert abs(each.split.rounding) <= CENT
    assert sum(each.gross for each in found) == sum(line.amount for line in lines)
    for place, line in enumerate(lines):
        assert nets[place] >= 0
        assert abs(nets[place] - line.amount * 100 / (100 + line.vat_rate)) <= 2 * CENT


@settings(max_examples=examples(2000))
@given(gross=amounts, rate=st.sampled_from(RATES))
def test_a_cent_is_left_over_only_where_no_net_amount_fits(gross, rate):
    found = vat.split(gross, rate)

    if found.rounding:
        near = [found.net + step * CENT for step in range(-3, 4)]
        assert not any(net + vat.of_net(net, rate) == gross for net in near)


def test_cents_left_over_of_two_rates_make_up_for_each_other():
    both = [TaxedLine(Decimal("0.03"), Decimal(21), {}), TaxedLine(Decimal("0.03"), Decimal(23), {})]
    assert all(vat.split(each.amount, each.vat_rate).rounding == CENT for each in both)

    found = vat.breakdown(both)

    assert [each.split.rounding for each in found] == [CENT, -CENT]
    assert sum(each.split.rounding for each in found) == NOTHING


def test_single_cents_move_onto_the_lines_that_lost_most():
    """24.3659 net each, ten of them 243.66: six lines are a cent more than the other four."""
    [found] = vat.breakdown([TaxedLine(Decimal("29.97"), Decimal(23), {})] * 10)

    assert list(found.nets.values()) == [Decimal("24.37")] * 6 + [Decimal("24.36")] * 4


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


def test_exempt_lines_are_one_sum_and_each_reason_is_given_once():
    sport, culture = {"code": "A", "words": {"en": "Sport"}}, {"code": "B", "words": {"en": "Culture"}}
    lines = [
        OrderLine(amount=Decimal(10), exemption=sport),
        OrderLine(amount=Decimal(20), exemption=culture),
        OrderLine(amount=Decimal(5), exemption=sport),
        OrderLine(amount=Decimal(7)),
    ]

    found = vat.breakdown(vat.that_count(lines))

    assert [(each.rate, each.is_exempt, each.split.net) for each in found] == [
        (0, True, Decimal("35.00")),
        (0, False, Decimal("7.00")),
    ]
    assert vat.exemptions(lines) == [sport, culture]
