"""CSV of banks: rows by what their columns are, with the running balance where the bank gives one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from kring.banking.reading import columns, remittance, values
from kring.banking.reading.facts import BankFile, Line, Statement, Table
from kring.banking.reading.values import line_of
from kring.core.sheets.heads import row_of_heads

_OUT = re.compile(r"^(?:af|debit|debet|d|s|soll|-|wn|obciazenie|out)$", re.IGNORECASE)
_LABELLED = {
    "name": re.compile(r"(?:Nazwa (?:nadawcy|odbiorcy)|Naam|Name)\s*:\s*([^:]{2,70}?)(?=\s+[A-ZŁŚŻ][\w ]{2,30}:|$)"),
    "iban": re.compile(r"(?:Rachunek (?:nadawcy|odbiorcy)|IBAN)\s*:\s*([A-Z]{0,2}[\d ]{20,36})"),
    "text": re.compile(
        r"(?:Tytuł|Tytul|Omschrijving)\s*:\s*(.+?)(?=\s+(?:Lokalizacja|Data i czas|IBAN|Kenmerk|Valutadatum)|$)"
    ),
}
_ABOVE = re.compile(r"\b((?:[A-Z]{2}\d{2}|\d{2})(?:[ ]?[A-Z0-9]{2,4}){4,8})\b")


def read(rows: Sequence[Sequence[str]], into: BankFile, mappings: Mapping[str, Sequence[str]]) -> None:
    into.kind = "csv"
    place, targets = _heads(rows, into, mappings)
    if place is None:
        into.fault("columns")
        return
    body = [list(row) for row in rows[place:]]
    sign = _decimal_sign(body, targets)
    currencies = re.findall(r"\(([A-Z]{3})\)", " ".join(into.table.heads if into.table else []))
    above = _account_above(rows[:place])
    by_account: dict[tuple[str, str], list[tuple[Line, Decimal | None]]] = defaultdict(list)
    for number, row in enumerate(body, start=place + 1):
        cells = _cells(row, targets)
        if not any(row) or (line := _line(cells, sign, number, into)) is None:
            continue
        line.currency = line.currency or (currencies[0] if currencies else "")
        account = values.account(cells.get("account", "")) or above
        by_account[account, line.currency].append((line, values.amount(cells.get("balance", ""), sign)))
    for (account, currency), found in by_account.items():
        into.statements.append(_statement(account, currency, found))
        if not account:
            into.fault("no_account")


def _heads(
    rows: Sequence[Sequence[str]], into: BankFile, mappings: Mapping[str, Sequence[str]]
) -> tuple[int | None, Sequence[str]]:
    """Where the bookings begin, and what each column is; nowhere, where nobody has said that yet."""
    place = row_of_heads(rows, columns.KNOWN)
    is_known = place is not None and columns.is_enough(columns.targets_of(rows[place]))
    if not is_known and (without := columns.headless(rows)):
        return without
    if place is None:
        place = max(range(min(len(rows), 10)), key=lambda at: sum(map(bool, rows[at])), default=0)
    heads = list(rows[place])
    known = mappings.get(columns.signature(heads))
    targets = list(known) if known and len(known) == len(heads) else columns.targets_of(heads)
    is_enough = columns.is_enough(targets)
    into.table = Table(heads, targets, [] if is_enough else [list(row) for row in rows])
    return (place + 1, targets) if is_enough else (None, targets)


def _cells(row: Sequence[str], targets: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell, target in zip(row, targets, strict=False):
        if target and (text := line_of(cell.strip("'"))):
            found[target] = f"{found[target]} {text}" if target in found else text
    return found


def _line(cells: Mapping[str, str], sign: str, number: int, into: BankFile) -> Line | None:
    amount = _amount(cells, sign)
    booked, is_right = values.day(cells.get("booked_on", ""))
    if amount is None or booked is None:
        # Sums and words below the table are no bookings; a booking without a day, or without an amount, is a fault.
        if len(cells) > 3:
            into.fault(
                "row" if amount is None and booked is None else "amount" if booked else "no_day",
                row=number,
                text=" ".join(cells.values())[:60],
            )
        return None
    if not is_right:
        into.fault("day", text=cells["booked_on"])
    value, is_right = values.day(cells.get("value_on", ""))
    if value and not is_right:
        into.fault("day", text=cells["value_on"])
    line = Line(amount=amount, booked_on=booked, value_on=value, entry=number)
    for name in ("structured_reference", "end_to_end_id", "mandate_id", "message_id", "bank_reference"):
        text = cells.get(name, "")[:140]
        setattr(line, name, "" if text.upper() in remittance.NOTHING else text)
    line.transaction_code = cells.get("transaction_code", "")[:35]
    line.currency = cells.get("currency", "").upper()[:3]
    line.name, line.iban = cells.get("name", ""), values.account(cells.get("iban", ""))
    line.return_reason = cells.get("return_reason", "").split(" ")[0][:35]
    line.return_words = cells.get("return_reason", "")
    line.original_amount = values.amount(cells.get("original_amount", ""), sign)
    line.charges = values.amount(cells.get("charges", ""), sign)
    _add_text(line, cells.get("text", ""))
    return line


def _add_text(line: Line, text: str) -> None:
    """Some banks write everything into one cell, each part with its name, or as in MT940."""
    if text.startswith(("/TRTP/", "/EREF/")):
        remittance.add(line, text)
        return
    for name in ("name", "iban"):
        if not getattr(line, name) and (found := _LABELLED[name].search(text)):
            setattr(line, name, values.account(found[1]) if name == "iban" else line_of(found[1]))
    labelled = _LABELLED["text"].search(text)
    line.text = line_of(labelled[1]) if labelled else text
    if not line.end_to_end_id and (found := re.search(r"(?:Kenmerk|EREF|End-to-End)\s*[:+]\s*(\S{4,35})", text)):
        line.end_to_end_id = found[1]


def _amount(cells: Mapping[str, str], sign: str) -> Decimal | None:
    if (text := cells.get("amount")) is not None:
        value = values.amount(text, sign)
        is_out = bool(_OUT.match(cells.get("sign", ""))) or bool(re.search(r"\d\s*D(?:r|b)?\.?$", text, re.IGNORECASE))
        return -abs(value) if value is not None and is_out else value
    came, went = (values.amount(cells.get(name, ""), sign) for name in ("credit", "debit"))
    if came is None and went is None:
        return None
    return abs(came or Decimal(0)) - abs(went or Decimal(0))


def _decimal_sign(body: Sequence[Sequence[str]], targets: Sequence[str]) -> str:
    sums = {"amount", "credit", "debit", "balance"}
    return values.decimal_sign(
        cell for row in body for cell, target in zip(row, targets, strict=False) if target in sums and cell
    )


def _statement(account: str, currency: str, found: list[tuple[Line, Decimal | None]]) -> Statement:
    """Banks write the newest first, or last: the balances tell."""
    lines = [line for line, _balance in found]
    balances = [balance for _line, balance in found]
    statement = Statement(account=account, currency=currency, lines=lines)
    days = [line.booked_on for line in lines if line.booked_on]
    statement.begins_on, statement.ends_on = min(days, default=None), max(days, default=None)
    if all(balance is not None for balance in balances):
        known = [balance for balance in balances if balance is not None]
        is_falling = _steps(lines[::-1], known[::-1]) > _steps(lines, known) or (
            len(lines) == 1 or (days[0] > days[-1] and _steps(lines, known) == 0)
        )
        first, last = (-1, 0) if is_falling else (0, -1)
        statement.opening, statement.closing = known[first] - lines[first].amount, known[last]
    return statement


def _steps(lines: Sequence[Line], balances: Sequence[Decimal]) -> int:
    return sum(
        before + line.amount == after for before, after, line in zip(balances, balances[1:], lines[1:], strict=False)
    )


def _account_above(rows: Sequence[Sequence[str]]) -> str:
    for row in rows:
        for cell in row:
            for found in _ABOVE.findall(cell.strip("'").upper()):
                if values.is_iban(account := values.account(found)):
                    return account
    return ""
