"""MT940 (and 942): the frame by `mt-940`, what its fields mean by `remittance`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import mt940
from mt940.models import Transactions

from kring.banking.reading import remittance, values
from kring.banking.reading.facts import BankFile, Line, Statement
from kring.banking.reading.values import line_of

LOOKS_LIKE = re.compile(r"^:20:|^:25[A-Z]?:|^:60[FM]:", re.MULTILINE)
_BLOCK = re.compile(r"(?m)^(?=:20:)")
# Envelopes of the network, and what ends a message.
_FRAME = re.compile(r"^\{.*\{4:|^\{[1235]:.*$|^-\}.*$", re.MULTILINE)
_PROCESSORS: dict[str, list[Any]] = {"post_transaction_details": []}


class _Tolerant(Transactions):
    """Notes what it cannot read, and reads on."""

    into: BankFile

    def _process_match(self, match: re.Match[str], i: int, valid_matches: list[re.Match[str]], data: str) -> None:
        try:
            super()._process_match(match, i, valid_matches, data)
        except (RuntimeError, ValueError, ArithmeticError, TypeError, KeyError):
            end = valid_matches[i + 1].start() if i + 1 < len(valid_matches) else len(data)
            self.into.fault("tag", text=line_of(data[match.start() : end])[:60])
            if match.group("tag") == "61":
                # What follows belongs to it, and to no other.
                self.transactions.append(mt940.models.Transaction(self, {"id": "lost"}))


def read(text: str, into: BankFile) -> None:
    into.kind = "mt940"
    plain = _FRAME.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks = [block for block in _BLOCK.split(plain) if block.lstrip().startswith(":")]
    for block in blocks:
        if statement := _statement(block, into):
            into.statements.append(statement)


def _statement(block: str, into: BankFile) -> Statement | None:
    parsed = _Tolerant(_PROCESSORS, options=mt940.Options.all())
    parsed.into = into
    parsed.processors["pre_statement"] = [_note_day(into), *parsed.processors.get("pre_statement", [])]
    parsed.parse(block)
    data = parsed.data
    found = Statement(
        account=_account(str(data.get("account_identification") or "")),
        currency=str(parsed.currency or "")[:3],
        number="/".join(str(data[key]) for key in ("statement_number", "sequence_number") if data.get(key)),
    )
    opening, closing = (_balance(data, name) for name in ("opening_balance", "closing_balance"))
    if opening:
        found.opening, found.begins_on = opening
    if closing:
        found.closing, found.ends_on = closing
    for place, each in enumerate(parsed.transactions):
        if each.data.get("amount") is not None:
            found.lines.append(_line(each.data, place, found.currency))
    if not found.account:
        into.fault("no_account")
    return found if found.account or found.lines or opening else None


def _note_day(into: BankFile) -> Any:
    """Before the library takes the last day of February for the 30th."""

    def note(_all: object, _tag: object, parts: dict[str, Any]) -> dict[str, Any]:
        year, month, number = (int(parts[name]) for name in ("year", "month", "day"))
        found, is_right = values.in_calendar(2000 + year, month, number)
        if not is_right and found:
            into.fault("day", text=f"{2000 + year}-{month:02}-{number:02}")
            parts["day"] = f"{found.day:02}"
        entry = [parts.get("entry_month"), parts.get("entry_day")]
        if all(str(part or "").isdigit() for part in entry):
            found, is_right = values.in_calendar(2000 + year, int(entry[0]), int(entry[1]))  # type: ignore[arg-type]
            if not is_right:
                into.fault("day" if found else "no_day", text=f"{entry[0]}-{entry[1]}")
                parts["entry_day"] = f"{found.day:02}" if found else None
        return parts

    return note


def _balance(data: dict[str, Any], name: str) -> tuple[Decimal, date] | None:
    for prefix in ("final_", "intermediate_", ""):
        if (found := data.get(prefix + name)) is not None and found.amount is not None:
            return found.amount.amount, _plain(found.date)  # type: ignore[return-value]
    return None


def _line(data: dict[str, Any], place: int, currency: str) -> Line:
    status = str(data.get("status") or "").upper()
    value_on = _plain(data.get("date"))
    line = Line(
        amount=data["amount"].amount,
        currency=currency,
        value_on=value_on,
        booked_on=_booked(value_on, _plain(data.get("entry_date"))),
        entry=place,
        bank_reference=_reference(data.get("bank_reference")),
        is_reversal=status.startswith("R"),
        transaction_code=line_of(data.get("id"))[:35],
    )
    extra = line_of(data.get("extra_details"))
    remittance.add(line, str(data.get("transaction_details") or ""), extra)
    line.end_to_end_id = line.end_to_end_id or _end_to_end(data.get("customer_reference"))
    return line


def _booked(value_on: date | None, entry: date | None) -> date | None:
    """The library gives the day of booking the year of the value: about New Year that may be the other one."""
    if entry is None or value_on is None:
        return entry or value_on
    nearest = min(
        (entry.replace(year=value_on.year + step, day=min(entry.day, 28)) for step in (-1, 0, 1)),
        key=lambda day: abs(day - value_on),
    )
    return values.in_calendar(nearest.year, entry.month, entry.day)[0]


def _plain(value: Any) -> date | None:
    """Years have two figures: those from 80 are of the last century."""
    if value is None:
        return None
    return values.in_calendar(value.year - 100 if value.year >= 2080 else value.year, value.month, value.day)[0]


def _account(text: str) -> str:
    """Of `BLZ/number` and `IBAN EUR` too."""
    plain = values.account(text.split("/")[0] if values.is_iban(text.split("/")[0].strip()) else text)
    if values.is_iban(plain):
        return plain
    without_currency = plain[:-3] if plain[-3:].isalpha() else plain
    if values.is_iban(without_currency) or not values.is_iban(values.account(text.lstrip("/"))):
        return values.account(without_currency)
    return values.account(text.lstrip("/"))


def _reference(value: object) -> str:
    text = line_of(str(value or ""))
    return "" if text.upper() in remittance.NOTHING else text


def _end_to_end(value: object) -> str:
    text = _reference(value)
    return "" if text.upper() in ("EREF", "PREF") or text.startswith("EREF") else text
