"""Statements for tests of the bank's files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kring.banking.reading.facts import Line, Statement

OURS, THEIRS = "NL91ABNA0417164300", "NL20INGB0001234567"


def line(amount: str, **facts: Any) -> Line:
    facts.setdefault("booked_on", date(2026, 1, 5))
    return Line(Decimal(amount), currency=facts.pop("currency", "EUR"), **facts)


def statement(
    *lines: Line, opening: str = "100.00", number: str = "1", account: str = OURS, is_batch: bool = False
) -> Statement:
    """With the balances that follow; each line a booking of its own, or all of them the parts of one."""
    for place, each in enumerate(lines):
        each.entry, each.index = (0, place) if is_batch else (place, 0)
    days = [each.booked_on for each in lines if each.booked_on]
    total = sum((each.amount for each in lines), Decimal(0))
    return Statement(
        account=account,
        currency="EUR",
        number=number,
        opening=Decimal(opening),
        closing=Decimal(opening) + total,
        begins_on=min(days, default=date(2026, 1, 5)),
        ends_on=max(days, default=date(2026, 1, 5)),
        lines=list(lines),
    )
