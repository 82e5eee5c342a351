# ruff: noqa: E402 (Django must be set up before its models are imported)
"""A bank statement of 10,000 lines for as many bills: `python -m bench.statements` reads and imports it, says what its
lines mean, and books what leaves no doubt; it prints seconds and statements as JSON (C4)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.utils import timezone

from bench import counting, payers
from kring.banking import accounts, matching, uploading
from kring.banking.models import StatementLine
from kring.banking.reading.facts import Line, Statement
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.demo.bank_statements import camt053
from kring.dues import running
from kring.organisations.models import Organisation

LINES, FEW = 10_000, 100
OURS = "NL91ABNA0417164300"


def measure(lines: int) -> dict[str, Any]:
    few = _read(_organisation("few-statements", FEW), FEW)
    return {"few": few, "many": _read(_organisation("statements", lines), lines)}


def _organisation(name: str, lines: int) -> Organisation:
    """With at least as many bills."""
    organisation = payers.organisation(name, lines * 13 // 10)
    counting.vacuum()
    with scope(organisation):
        run = running.begin(
            payers.year(), name="Year", due_on=timezone.localdate(), is_mailed=False, by=None, by_worker=False
        )
        accounts.add(OURS, currency="EUR", by=None)
    running.carry_out(organisation.pk, run.pk)
    counting.vacuum()
    return organisation


def _lines(orders: list[Order]) -> list[Line]:
    """Of twenty payers twelve write the number, three as the end-to-end reference, one with letters that look alike;
    two write nothing, but their name is known; one pays a part. Of twenty lines one is for something else."""
    day = timezone.localdate() - timedelta(days=1)
    found = []
    for n, order in enumerate(orders):
        kind, amount, more = n % 20, order.total, dict[str, Any]()
        if kind < 12:
            more = {"text": f"Contribution {order.number} thank you"}
        elif kind < 15:
            more = {"end_to_end_id": order.number}
        elif kind == 15:
            more = {"text": f"contribution {order.number.translate(str.maketrans('5B', 'S8'))}"}
        elif kind < 18:
            more = {"text": "contribution"}
        elif kind == 18:
            amount, more = Decimal(10), {"text": f"{order.number}, part"}
        else:
            amount, more = Decimal("-12.50"), {"text": f"Rent of the hall, {n}", "name": "Town"}
        name = more.pop("name", order.buyer_name)
        iban = f"NL00ABNA{n:010}"
        found.append(
            Line(amount, currency="EUR", booked_on=day, entry=n, bank_reference=f"R{n}", name=name, iban=iban, **more)
        )
    return found


def _read(organisation: Organisation, number: int) -> dict[str, Any]:
    with scope(organisation):
        lines = _lines(list(Order.objects.filter(is_of_dues=True).order_by("pk")[:number]))
    total = sum((line.amount for line in lines), Decimal(0))
    days = {"begins_on": lines[0].booked_on, "ends_on": lines[0].booked_on}
    content = camt053([Statement(OURS, "EUR", "1", Decimal(0), total, lines=lines, **days)])
    with counting.measured() as uploaded:
        uploading.upload(organisation, content, "statement.xml", by=None)
    with counting.measured() as matched:
        while matching._in_scope_of(organisation.pk):
            pass
    with scope(organisation):
        certain = StatementLine.objects.open().filter(proposal__is_certain=True).count()
        meant = Counter(StatementLine.objects.values_list("meaning", flat=True))
    with counting.measured() as booked:
        matching.match_all(organisation.pk)
    with counting.measured() as again:
        uploading.upload(organisation, content + b"\n", "statement.xml", by=None)
    costs = {"upload": uploaded, "match": matched, "book": booked, "again": again}
    with scope(organisation):
        found = {
            "lines": StatementLine.objects.count(),
            "meant": dict(meant),
            "certain": certain,
            "booked": StatementLine.objects.filter(state="booked").count(),
            "paid": Order.objects.filter(state=Order.State.PAID).count(),
        }
    return found | {"costs": {name: vars(cost) for name, cost in costs.items()}}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if sys.argv[1:] else LINES)))
