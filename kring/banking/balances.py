"""Whether the statements of an account follow each other: each begins with the balance that one before ended with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kring.banking.models import OwnAccount, Statement


@dataclass(frozen=True)
class Gap:
    """Between two statements. `amount`: what the lines that are missing come to."""

    after: date | None
    before: date | None
    amount: Decimal


@dataclass(frozen=True)
class Balances:
    """`closing`: the latest. `missing`: statements whose own lines do not lead from one balance to the other."""

    closing: Decimal | None
    currency: str
    last_day: date | None
    breaks: list[Gap]
    missing: list[Statement]
    number: int


def of_account(account: OwnAccount) -> Balances:
    """One statement. Files overlap: what one of them begins with, any that ended before may have ended with."""
    rows = list(account.statements.order_by("begins_on", "ends_on", "pk"))
    known = [(each, each.opening, each.closing) for each in rows]
    last = max((each for each in rows if each.closing is not None), key=_latest, default=None)
    ended: set[Decimal] = set()
    breaks: list[Gap] = []
    before: tuple[Statement, Decimal, Decimal] | None = None
    for each, opening, closing in known:
        if opening is None or closing is None:
            continue
        if before is not None and opening not in ended and opening != before[1]:
            breaks.append(Gap(before[0].ends_on, each.begins_on, opening - before[2]))
        ended.add(closing)
        before = each, opening, closing
    return Balances(
        closing=last.closing if last else None,
        currency=account.currency or (rows[0].currency if rows else ""),
        last_day=last.ends_on if last else None,
        breaks=breaks,
        missing=[each for each in rows if not each.is_complete],
        number=len(rows),
    )


def _latest(each: Statement) -> tuple[date, int]:
    return each.ends_on or date.min, each.pk
