"""Amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from kring.core import dates


def say(amount: Decimal | int | None, currency: str) -> str:
    """`€49.95`, `€ 49,95`, `49,95 zł`: in the active language; nothing for None."""
    return "" if amount is None else format_currency(amount, currency, locale=dates.locale())
