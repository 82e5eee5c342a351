"""Files of the bank to upload, which lie beside the demo's data: statements about its own orders.

They are made from what is open now: nine in ten transfers carry the number of their order, some only a name, or half
of the amount; and the bank takes its charges. Other modules of the demo may add lines: `more_lines`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from kring.banking.orders import is_open
from kring.banking.reading.facts import Line, Statement
from kring.billing.models import Order
from kring.core.tenancy import scope_there_is
from kring.demo import acting, bank_statements
from kring.organisations.models import Organisation
from kring.payments import splitting

FOLDER, MOST = "bank-files", 60
BANKS = ("NL20INGB0001234567", "NL91ABNA0417164300", "NL02RABO0300065264", "NL39TRIO0254812345", "BE68539007547034")
OPENING = Decimal("4210.55")
# Each adds lines, such as returned direct debits.
more_lines: list[Callable[[], list[Line]]] = []


def fill(visitors: acting.Visitors) -> None:
    """The last step of the demo. In a scope."""
    if folder := os.environ.get("KRING_DATA"):
        write(visitors.here, Path(folder))


def write(organisation: Organisation, folder: Path) -> list[Path]:
    """Three files: camt.053 with most of it, MT940 and CSV of the days after. None where nothing is open."""
    with scope_there_is(organisation):
        lines = list(_transfers())
        lines += [line for more in more_lines for line in more()]
    if not lines:
        return []
    lines.append(_line("-9.95", len(lines), text="Kosten zakelijk betalingsverkeer", name="Rabobank"))
    parts = [
        lines[: len(lines) * 3 // 5],
        lines[len(lines) * 3 // 5 : len(lines) * 4 // 5],
        lines[len(lines) * 4 // 5 :],
    ]
    kinds = [("camt053.xml", bank_statements.camt053), ("mt940.sta", bank_statements.mt940)]
    statements, opening = [], OPENING
    for number, part in enumerate(parts, start=1):
        statements.append(_statement(organisation, part, opening, str(number)))
        opening = statements[-1].closing or opening
    folder = folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    contents = [(name, make([each])) for (name, make), each in zip(kinds, statements, strict=False)]
    contents.append(("transactions.csv", bank_statements.csv_of(statements[-1])))
    written = [folder / f"{organisation.subdomain}-{name}" for name, _content in contents]
    for path, (_name, content) in zip(written, contents, strict=True):
        path.write_bytes(content)
    return written


def _statement(organisation: Organisation, lines: list[Line], opening: Decimal, number: str) -> Statement:
    day = timezone.localdate() - timedelta(days=4 - int(number))
    for place, line in enumerate(lines):
        line.entry, line.booked_on, line.value_on = place, day, day
    return Statement(
        account=organisation.bank_account,
        currency=organisation.currency,
        number=number,
        opening=opening,
        closing=opening + sum((line.amount for line in lines), Decimal(0)),
        begins_on=day,
        ends_on=day,
        lines=lines,
    )


def _transfers() -> Iterator[Line]:
    """For orders that wait: nine in ten with the reference and the amount."""
    orders = list(is_open().exclude(buyer_name="").order_by("pk")[:MOST])
    left = splitting.open_of(orders)
    for place, order in enumerate(each for each in orders if left[each.pk]):
        yield _transfer(order, left[order.pk], place)


def _transfer(order: Order, amount: Decimal, place: int) -> Line:
    number = order.number
    texts = [
        f"Contributie {number}",
        f"{number[:4]} {number[4:]}",
        number.lower(),
        f"Betaling {number} dank je wel",
        number,
    ]
    text = texts[place % len(texts)]
    if place % 10 == 9:
        text = "contributie" if place % 20 == 9 else "zie mail"
        amount = amount if place % 20 == 9 else amount / 2
    return _line(f"{amount:.2f}", place, text=text, name=order.buyer_name, iban=BANKS[place % len(BANKS)])


def _line(amount: str, place: int, *, text: str, name: str, iban: str = "") -> Line:
    return Line(Decimal(amount), currency="EUR", bank_reference=f"D{place:08}", text=text, name=name, iban=iban)
