"""All that an invoice says, as it is kept: PDF, e-invoice and ledger are made of this and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

# EN 16931, list UNCL 5305: standard rate, zero rate, exempt.
STANDARD, ZERO, EXEMPT = "S", "Z", "E"
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Party:
    """`name` is the company's, where there is one; then `contact` is who asked. `tax_number`: where there is no VAT
    number. `iban`, `registration_number`: the seller's."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    email: str
    contact: str = ""
    vat_number: str = ""
    tax_number: str = ""
    registration_number: str = ""
    iban: str = ""


@dataclass(frozen=True)
class Line:
    """`line`: the key of the order's. `gross` includes VAT; `category` as above; `of`: in a credit note, the place of
    the line in its invoice."""

    line: int
    text: str
    why: str
    gross: Decimal
    net: Decimal
    rate: Decimal
    category: str
    of: int | None = None


@dataclass(frozen=True)
class Tax:
    """All lines of one rate. `reason` in the invoice's language, `code` of list VATEX, both of exempt lines."""

    category: str
    rate: Decimal
    net: Decimal
    vat: Decimal
    rounding: Decimal
    reason: str = ""
    code: str = ""

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat + self.rounding


@dataclass(frozen=True)
class Contents:
    """`rounding`: BT-114, what net and VAT differ from `total` by. `due_on`: where something is `due`."""

    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    order: str
    reference: str
    paid: Decimal
    paid_on: date | None = None
    due_on: date | None = None
    note: str = ""
    # Of a credit note: number and date of its invoice, and why.
    corrects: str = ""
    corrects_of: date | None = None
    why: str = ""

    @property
    def net(self) -> Decimal:
        return sum((each.net for each in self.taxes), NOTHING)

    @property
    def vat(self) -> Decimal:
        return sum((each.vat for each in self.taxes), NOTHING)

    @property
    def rounding(self) -> Decimal:
        return sum((each.rounding for each in self.taxes), NOTHING)

    @property
    def total(self) -> Decimal:
        return self.net + self.vat + self.rounding

    @property
    def due(self) -> Decimal:
        return self.total - self.paid

    def as_kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = _plain(asdict(self))
        return kept

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Contents:
        simple = {name: kept[name] for name in ("order", "reference", "note", "corrects", "why")}
        return cls(
            seller=Party(**kept["seller"]),
            buyer=Party(**kept["buyer"]),
            lines=tuple(Line(**_amounts(each, "gross", "net", "rate")) for each in kept["lines"]),
            taxes=tuple(Tax(**_amounts(each, "rate", "net", "vat", "rounding")) for each in kept["taxes"]),
            paid=Decimal(kept["paid"]),
            paid_on=_day(kept["paid_on"]),
            due_on=_day(kept["due_on"]),
            corrects_of=_day(kept["corrects_of"]),
            **simple,
        )


def _plain(value: object) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
    return value


def _amounts(kept: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**kept, **{name: Decimal(kept[name]) for name in names}}


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
