"""Writes statements as banks do: camt.053, MT940 and a CSV, from the same lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from xml.sax.saxutils import escape

from kring.banking.reading.facts import Line, Statement

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def camt053(statements: Sequence[Statement], *, namespace: str = CAMT) -> bytes:
    """Lines of one `entry` are the parts of a batch."""
    body = "".join(map(_camt_statement, statements))
    head = "<GrpHdr><MsgId>KRING-DEMO</MsgId><CreDtTm>2026-01-01T06:00:00</CreDtTm></GrpHdr>"
    text = f'<Document xmlns="{namespace}"><BkToCstmrStmt>{head}{body}</BkToCstmrStmt></Document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _camt_statement(of: Statement) -> str:
    entries = "".join(_entry(list(lines)) for _place, lines in groupby(of.lines, key=lambda line: line.entry))
    account = f"<Acct><Id><IBAN>{of.account}</IBAN></Id><Ccy>{of.currency}</Ccy></Acct>"
    balances = _balance("OPBD", of.opening, of.begins_on, of.currency)
    balances += _balance("CLBD", of.closing, of.ends_on, of.currency)
    return (
        f"<Stmt><Id>{escape(of.number)}</Id><LglSeqNb>{escape(of.number)}</LglSeqNb>{account}{balances}{entries}</Stmt>"
    )


def _balance(code: str, amount: Decimal | None, day: date | None, currency: str) -> str:
    if amount is None:
        return ""
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{_amount(amount, currency)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _amount(amount: Decimal, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{"DBIT" if amount < 0 else "CRDT"}</CdtDbtInd>'


def _entry(lines: list[Line]) -> str:
    first = lines[0]
    total = sum((line.amount for line in lines), Decimal(0))
    rest = f"<RvslInd>{str(first.is_reversal).lower()}</RvslInd><Sts><Cd>BOOK</Cd></Sts>"
    rest += f"<BookgDt><Dt>{first.booked_on}</Dt></BookgDt><ValDt><Dt>{first.value_on or first.booked_on}</Dt></ValDt>"
    rest += _text("AcctSvcrRef", first.bank_reference)
    batch = _text("MsgId", first.message_id) + _text("PmtInfId", first.payment_info_id)
    if first.number_of_transactions > 1:
        batch = f"<Btch>{batch}<NbOfTxs>{first.number_of_transactions}</NbOfTxs></Btch>"
        return f"<Ntry>{_amount(total, first.currency)}{rest}<NtryDtls>{batch}</NtryDtls></Ntry>"
    details = "".join(map(_transaction, lines))
    return f"<Ntry>{_amount(total, first.currency)}{rest}<NtryDtls>{details}</NtryDtls></Ntry>"


def _transaction(line: Line) -> str:
    side = "Dbtr" if (line.amount > 0) != line.is_return else "Cdtr"
    references = "".join(
        _text(tag, value)
        for tag, value in (
            ("MsgId", line.message_id),
            ("PmtInfId", line.payment_info_id),
            ("EndToEndId", line.end_to_end_id or "NOTPROVIDED"),
            ("MndtId", line.mandate_id),
        )
    )
    parties = _text("Nm", line.name, around=f"{side}/Pty")
    if line.iban:
        parties += f"<{side}Acct><Id><IBAN>{line.iban}</IBAN></Id></{side}Acct>"
    remittance = _text("Ustrd", line.text) + _text("Ref", line.structured_reference, around="Strd/CdtrRefInf")
    reason = f"{_text('Cd', line.return_reason, around='Rsn')}{_text('AddtlInf', line.return_words)}"
    charges = _sum(line.charges, line.currency, "Chrgs/Rcrd")
    original = _sum(line.original_amount, line.currency, "AmtDtls/InstdAmt")
    return (
        f"<TxDtls><Refs>{references}</Refs>{_amount(line.amount, line.currency)}{original}{charges}"
        f"<RltdPties>{parties}</RltdPties><RmtInf>{remittance}</RmtInf>{_wrap(reason, 'RtrInf')}</TxDtls>"
    )


def _sum(amount: Decimal | None, currency: str, around: str) -> str:
    return "" if amount is None else _wrap(f'<Amt Ccy="{currency}">{amount}</Amt>', around)


def _text(tag: str, value: str, *, around: str = "") -> str:
    return _wrap(f"<{tag}>{escape(value)}</{tag}>", around) if value else ""


def _wrap(inner: str, path: str) -> str:
    for tag in reversed(path.split("/")) if path and inner else ():
        inner = f"<{tag}>{inner}</{tag}>"
    return inner


def mt940(statements: Sequence[Statement]) -> bytes:
    """As Dutch banks write it."""
    return "".join(map(_mt940_statement, statements)).encode()


def _mt940_statement(of: Statement) -> str:
    rows = [":20:KRING", f":25:{of.account}{of.currency}", f":28C:{of.number}"]
    rows.append(f":60F:{_mt940_balance(of.opening, of.begins_on, of.currency)}")
    for line in of.lines:
        rows += _mt940_line(line)
    rows += [f":62F:{_mt940_balance(of.closing, of.ends_on, of.currency)}", "-", ""]
    return "\r\n".join(rows)


def _mt940_balance(amount: Decimal | None, day: date | None, currency: str) -> str:
    assert amount is not None and day is not None
    return f"{'D' if amount < 0 else 'C'}{day:%y%m%d}{currency}{_comma(abs(amount))}"


def _mt940_line(line: Line) -> list[str]:
    assert line.booked_on is not None
    mark = ("RC" if line.amount < 0 else "RD") if line.is_reversal else "D" if line.amount < 0 else "C"
    first = f":61:{line.booked_on:%y%m%d}{line.booked_on:%m%d}{mark}{_comma(abs(line.amount))}NTRF"
    parts = [
        ("RTRN", line.return_reason),
        ("EREF", line.end_to_end_id),
        ("MARF", line.mandate_id),
        ("PREF", line.payment_info_id),
        ("CNTP", f"{line.iban}//{line.name}/" if line.iban or line.name else ""),
        ("REMI", f"STRD/CUR/{line.structured_reference}" if line.structured_reference else f"USTD//{line.text}"),
    ]
    text = "".join(f"/{name}/{value}/" for name, value in parts if value)
    rows = [text[at : at + 65] for at in range(0, len(text), 65)]
    return [
        f"{first}{'EREF' if line.end_to_end_id else 'NONREF'}//{line.bank_reference[:23]}",
        f":86:{rows[0]}",
        *rows[1:],
    ]


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def csv_of(statement: Statement) -> bytes:
    """As a Dutch bank writes it, the newest first."""
    heads = ["IBAN/BBAN", "Munt", "Volgnr", "Datum", "Rentedatum", "Bedrag", "Saldo na trn", "Tegenrekening IBAN/BBAN"]
    heads += ["Naam tegenpartij", "Transactiereferentie", "Betalingskenmerk", "Omschrijving-1", "Reden retour"]
    rows: list[list[object]] = []
    balance = statement.opening or Decimal(0)
    for line in statement.lines:
        balance += line.amount
        cells: list[object] = [
            statement.account,
            line.currency,
            line.bank_reference,
            line.booked_on,
            line.value_on or line.booked_on,
        ]
        cells += [f"{'+' if line.amount >= 0 else ''}{_comma(line.amount)}", _comma(balance), line.iban, line.name]
        cells += [line.end_to_end_id, line.structured_reference, line.text, line.return_reason]
        rows.append(cells)
    lines: list[list[object]] = [[*heads], *rows[::-1]]
    return (
        "\r\n".join(",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in lines).encode()
        + b"\r\n"
    )
