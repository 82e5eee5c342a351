"""What a file of the bank says, in plain values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


@dataclass
class Fault:
    """Something that was not as it should be, and was read all the same (`faults.py` has its words)."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass
class Line:
    """One movement of the account. `amount` is below zero where money left it.

    `entry` counts the bank's bookings in their statement; `index` counts within one, of batches with several lines.
    `iban`, `name`: of the other side. `number_of_transactions` above 1: a batch of which the bank gives the sum alone.
    `return_reason`: ISO's code, or the bank's own; `return_words`: what the bank wrote of it.
    """

    amount: Decimal
    currency: str = ""
    booked_on: date | None = None
    value_on: date | None = None
    entry: int = 0
    index: int = 0
    bank_reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    payment_info_id: str = ""
    message_id: str = ""
    structured_reference: str = ""
    text: str = ""
    name: str = ""
    iban: str = ""
    return_reason: str = ""
    return_words: str = ""
    original_amount: Decimal | None = None
    charges: Decimal | None = None
    number_of_transactions: int = 1
    is_reversal: bool = False
    transaction_code: str = ""

    @property
    def is_return(self) -> bool:
        return bool(self.return_reason) or self.is_reversal


@dataclass
class Statement:
    """`account`: an IBAN, or the number the bank uses. `pending`: bookings that are not final, left out."""

    account: str = ""
    currency: str = ""
    number: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    owner: str = ""
    pending: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def gap(self) -> Decimal | None:
        """What is missing between the opening balance and the closing one; None where it cannot be known."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - sum((line.amount for line in self.lines), Decimal(0))


@dataclass
class PaymentStatus:
    """Of a payment, or of a block of them where `end_to_end_id` is empty. `status`: RJCT, ACSP …"""

    status: str
    end_to_end_id: str = ""
    instruction_id: str = ""
    payment_info_id: str = ""
    amount: Decimal | None = None
    mandate_id: str = ""
    reason: str = ""
    reason_words: str = ""
    iban: str = ""
    name: str = ""
    due_on: date | None = None


@dataclass
class StatusReport:
    """What became of a file that we gave the bank (pain.002). `message_id`, `name` are those of our file."""

    report_id: str = ""
    message_id: str = ""
    message_name: str = ""
    status: str = ""
    reason: str = ""
    reason_words: str = ""
    payments: list[PaymentStatus] = field(default_factory=list)


@dataclass
class Table:
    """A table of a bank we do not know: its heads must be explained (`columns.py`)."""

    heads: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    # All of them, to be read once somebody has explained the heads; none of a table that was understood.
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class BankFile:
    """`kind`: camt.053, camt.052, camt.054, pain.002, mt940, csv. `table`: of a csv, understood or not."""

    name: str = ""
    kind: str = ""
    # SHA-256 of its bytes.
    digest: str = ""
    statements: list[Statement] = field(default_factory=list)
    status_reports: list[StatusReport] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    table: Table | None = None

    def fault(self, code: str, **facts: object) -> None:
        known = Fault(code, {name: str(value) for name, value in facts.items()})
        if known not in self.faults:
            self.faults.append(known)


def as_json(value: Any) -> Any:
    """Of any of these; amounts and dates become text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_json(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return str(value) if isinstance(value, (Decimal, date)) else value


_HINTS: dict[type, Mapping[str, Any]] = {}


def from_json(kind: Any, value: Any) -> Any:
    """The reverse."""
    if isinstance(kind, UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    if value is None:
        return None
    if get_origin(kind) is list:
        (inner,) = get_args(kind)
        return [from_json(inner, each) for each in value]
    if dataclasses.is_dataclass(kind):
        hints = _HINTS.get(kind) or _HINTS.setdefault(kind, get_type_hints(kind))  # type: ignore[arg-type]
        return kind(**{name: from_json(hints[name], each) for name, each in value.items()})  # type: ignore[operator]
    if kind is Decimal:
        return Decimal(value)
    return date.fromisoformat(value) if kind is date else value
