"""`kring read-statement`: what is read from a bank's file, without a database and without writing anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from kring.cli.trouble import Trouble

if TYPE_CHECKING:
    from kring.banking.reading.facts import BankFile, Line, Statement, StatusReport


def read_statement(path: Path, *, as_json: bool) -> int:
    """Exit code 0: nothing was wrong with it; 1: it was read, with faults."""
    from kring.cli.commands import set_up_without_database

    set_up_without_database()
    from django.utils import translation

    from kring.banking.reading import reader
    from kring.banking.reading.facts import as_json as facts_as_json
    from kring.core.refusals import Refusal

    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from None
    with translation.override("en"):
        try:
            files = reader.read(content, path.name)
        except Refusal as refusal:
            raise Trouble(str(refusal)) from None
        print(json.dumps(facts_as_json(files), ensure_ascii=False, indent=1) if as_json else _in_words(files))
    return 1 if any(each.faults for each in files) else 0


def _in_words(files: list[BankFile]) -> str:
    from kring.banking.reading.faults import in_words

    rows: list[str] = []
    for file in files:
        rows.append(f"{file.name}: {file.kind or 'unknown'}")
        rows += [f"  ! {in_words(fault)}" for fault in file.faults]
        for statement in file.statements:
            rows += _statement(statement)
        for report in file.status_reports:
            rows += _report(report)
    return "\n".join(rows)


def _statement(statement: Statement) -> list[str]:
    balances = f"{statement.opening} → {statement.closing}" if statement.closing is not None else "no balances"
    pending = f", {statement.pending} pending left out" if statement.pending else ""
    head = f"  {statement.account or 'no account'} {statement.currency} {statement.number}: {balances}"
    return [f"{head}, {len(statement.lines)} lines{pending}", *map(_line, statement.lines)]


def _line(line: Line) -> str:
    facts = [
        ("", line.name),
        ("", line.iban),
        ("", line.text),
        ("reference ", line.structured_reference),
        ("end-to-end ", line.end_to_end_id),
        ("mandate ", line.mandate_id),
        ("batch ", line.payment_info_id or line.message_id),
        ("bank ", line.bank_reference),
        ("returned ", f"{line.return_reason} {line.return_words}".strip() if line.is_return else ""),
        ("of ", str(line.original_amount or "")),
        ("charges ", str(line.charges or "")),
        ("transactions ", str(line.number_of_transactions) if line.number_of_transactions > 1 else ""),
    ]
    words = " · ".join(f"{label}{value}" for label, value in facts if value)
    return f"    {line.booked_on} {line.amount:>12} {line.currency}  {words}"


def _report(report: StatusReport) -> list[str]:
    head = f"  status of {report.message_id}: {report.status} {report.reason} {report.reason_words}".rstrip()
    each = [
        f"    {payment.status} {payment.end_to_end_id or payment.payment_info_id} {payment.amount or ''} "
        f"{payment.reason} {payment.reason_words}".rstrip()
        for payment in report.payments
    ]
    return [head, *each]
