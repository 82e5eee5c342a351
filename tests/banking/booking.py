"""Orders that wait for transfers, and statements that bring them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kring.banking import accounts, matching, uploading
from kring.banking.models import StatementFile, StatementLine
from kring.banking.reading.facts import BankFile, Line, Statement
from kring.billing.models import Order
from kring.core import codes
from tests.banking.statements import OURS, THEIRS, line, statement
from tests.payments import ordering
from tests.payments.ordering import fresh

__all__ = ["OURS", "THEIRS", "came", "read", "waiting"]


def waiting(price: str = "50", name: str = "Ada Lovelace", email: str = "ada@example.org", **more: Any) -> Order:
    """An order that waits for a transfer."""
    made = ordering.order(price=price, **more)
    ordering.start(made, "transfer")
    Order.objects.filter(pk=made.pk).update(buyer_name=name, buyer_email=email)
    return fresh(made)


def came(amount: str, text: str = "", **more: Any) -> Line:
    """A line of yesterday's statement."""
    more.setdefault("booked_on", timezone.localdate() - timedelta(days=1))
    return line(amount, text=text, **more)


def keep(*statements: Statement, kind: str = "camt.053", **more: Any) -> StatementFile:
    """As if it had been uploaded, to an account that is known."""
    accounts.add(OURS, currency="EUR", by=None)
    facts = BankFile(name="file", kind=kind, digest=codes.secret(32), statements=list(statements), **more)
    return uploading.keep(facts, by=None)


def read(*lines: Line, match: bool = True) -> list[StatementLine]:
    """The new lines, matched."""
    file = keep(statement(*lines))
    if match:
        while matching.match_batch():
            pass
    return list(StatementLine.objects.filter(statement__file=file).order_by("pk"))


def total(lines: list[StatementLine]) -> Decimal:
    return sum((each.amount for each in lines), Decimal(0))
