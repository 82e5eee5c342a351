"""How Stripe counts (docs.stripe.com/currencies), what it charges at least, and how long it waits for a payer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

WITHOUT_CENTS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
WITH_THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# What Stripe charges at least, by the currency it is paid out in.
SMALLEST: Mapping[str, Decimal] = {
    **dict.fromkeys(("EUR", "USD", "CHF", "AUD", "CAD"), Decimal("0.50")),
    "GBP": Decimal("0.30"),
    "PLN": Decimal("2.00"),
    "RON": Decimal("2.00"),
    "DKK": Decimal("2.50"),
    **dict.fromkeys(("SEK", "NOK"), Decimal("3.00")),
    "CZK": Decimal("15.00"),
    "HUF": Decimal("175.00"),
}
LARGEST_UNITS = 99_999_999
# It ends a session no sooner than so long after it was made.
SHORTEST = timedelta(minutes=30)
# So much more, for the time between the beginning of an attempt and its session.
STEP = timedelta(minutes=5)
HOLD = SHORTEST + STEP


def to_units(amount: Decimal, currency: str) -> int:
    """Raises ValueError for fractions of the smallest unit."""
    units = amount.scaleb(_places(currency))
    if units != units.to_integral_value():
        raise ValueError(f"{amount} {currency}")
    return int(units)


def from_units(units: int, currency: str) -> Decimal:
    return Decimal(units).scaleb(-_places(currency))


def is_chargeable(amount: Decimal, currency: str) -> bool:
    if amount < SMALLEST.get(currency, Decimal("0.50")):
        return False
    try:
        return to_units(amount, currency) <= LARGEST_UNITS
    except ValueError:
        return False


def _places(currency: str) -> int:
    return 0 if currency.upper() in WITHOUT_CENTS else 3 if currency.upper() in WITH_THOUSANDTHS else 2
