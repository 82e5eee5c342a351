"""VAT inside prices: all prices include it, and none changes by it.

The VAT of a rate is worked out from the sum of the net amounts and rounded once (EN 16931, BR-CO-17). Of a sum that
includes it, net and VAT are chosen so that both hold. Some sums have no such pair, as 0.03 at 21 %: then a cent is left
over, which the norm calls rounding amount (BT-114).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from kring.billing.models import OrderLine
from kring.billing.taxes import Exemption

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Split:
    """`net` + `vat` + `rounding` is the sum that was split; `rounding` is a cent at most, and mostly nothing."""

    net: Decimal
    vat: Decimal
    rounding: Decimal


@dataclass(frozen=True)
class TaxedLine:
    """What is to be split: an amount with VAT inside, at its rate."""

    amount: Decimal
    vat_rate: Decimal
    exemption: Exemption

    @classmethod
    def of(cls, line: OrderLine) -> TaxedLine:
        return cls(line.amount, line.vat_rate, line.exemption)


@dataclass(frozen=True)
class RateSum:
    """All lines of one rate; those that are exempt are together, whatever the reason. `nets`: of each line, by its
    place in the list; they add up to `split.net`."""

    rate: Decimal
    is_exempt: bool
    split: Split
    nets: dict[int, Decimal]

    @property
    def gross(self) -> Decimal:
        return self.split.net + self.split.vat + self.split.rounding


def of_net(net: Decimal, rate: Decimal) -> Decimal:
    """The VAT of a sum without it, in cents, half up."""
    return (net * rate / 100).quantize(CENT, ROUND_HALF_UP)


def split(gross: Decimal, rate: Decimal, *, left_over: Decimal = NOTHING) -> Split:
    """`left_over`: the rounding of the sums before. Where this one has no pair either, it goes the other way."""
    nearest = (gross * 100 / (100 + rate)).quantize(CENT, ROUND_HALF_UP)
    tried = [_at(gross, nearest + step * CENT, rate) for step in (0, -1, 1) if nearest + step * CENT >= 0]
    if fitting := next((each for each in tried if not each.rounding), None):
        return fitting
    against = [each for each in tried if each.rounding * left_over < 0]
    return min(against or tried, key=lambda each: abs(each.rounding))


def _at(gross: Decimal, net: Decimal, rate: Decimal) -> Split:
    vat = of_net(net, rate)
    return Split(net, vat, gross - net - vat)


def breakdown(lines: Sequence[TaxedLine]) -> list[RateSum]:
    """One for each rate, the lowest first, exempt lines before those at 0 per cent."""
    places: defaultdict[tuple[Decimal, bool], list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        places[line.vat_rate, not line.exemption].append(place)
    found: list[RateSum] = []
    left_over = NOTHING
    for (rate, is_taxed), mine in sorted(places.items()):
        amounts = {place: lines[place].amount for place in mine}
        parts = split(sum(amounts.values(), NOTHING), rate, left_over=left_over)
        left_over += parts.rounding
        found.append(RateSum(rate, not is_taxed, parts, _shared(amounts, parts.net, rate)))
    return found


def _shared(amounts: dict[int, Decimal], net: Decimal, rate: Decimal) -> dict[int, Decimal]:
    """The net of each line: cut to cents, and those left over go to the lines that lost most by it."""
    exact = {place: amount * 100 / (100 + rate) for place, amount in amounts.items()}
    nets = {place: amount.quantize(CENT, ROUND_FLOOR) for place, amount in exact.items()}
    left = int((net - sum(nets.values(), NOTHING)) / CENT)
    by_loss = sorted(amounts, key=lambda place: (nets[place] - exact[place], place))
    if left < 0:
        by_loss = [place for place in reversed(by_loss) if nets[place] > 0]
    for number in range(abs(left)):
        nets[by_loss[number % len(by_loss)]] += CENT if left > 0 else -CENT
    return nets


def that_count(lines: Iterable[OrderLine]) -> list[TaxedLine]:
    """Without those that were cancelled."""
    return [TaxedLine.of(line) for line in lines if line.cancelled_at is None]


def by_rate(lines: Iterable[OrderLine]) -> list[tuple[Decimal, Decimal]]:
    """(rate, VAT) of the lines that are not cancelled; zero rates are left out."""
    return [(each.rate, each.split.vat) for each in breakdown(that_count(lines)) if each.rate]


def exemptions(lines: Iterable[OrderLine]) -> list[Exemption]:
    """Why lines that are not cancelled bear no VAT: each reason once, in the order of the lines."""
    found: list[Exemption] = []
    for line in that_count(lines):
        if line.exemption and line.exemption not in found:
            found.append(line.exemption)
    return found
