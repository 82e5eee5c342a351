"""camt.052, camt.053 and camt.054 of any version: what the versions have in common is read by name, not by schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from kring.banking.reading import values
from kring.banking.reading.facts import BankFile, Line, Statement
from kring.banking.reading.xml_files import Element, at, each_at

KINDS = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
CONTAINERS = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")
# Of bookings that are final; the others change, and come again.
BOOKED = {"BOOK", ""}
# What stands for no reference.
NOTHING = {"NOTPROVIDED", "NONREF", "NOTAVAILABLE", "NONE"}
# Sub-families of what came back (ISO's codes of bank transactions).
RETURNS = {"RRTN", "UPDD", "PRDD", "UPCT", "RPCR"}
_OPENS, _CLOSES = ("OPBD", "PRCD"), ("CLBD",)


def read(root: Element, into: BankFile) -> None:
    for node in (each for name in CONTAINERS for box in root.iter(name) for each in box.iterchildren(*KINDS)):
        into.kind = KINDS[node.tag]
        into.statements.append(_statement(node, into))


def _statement(node: Element, into: BankFile) -> Statement:
    found = Statement(
        account=values.account(at(node, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN")),
        currency=at(node, "Acct/Ccy")[:3].upper(),
        number=at(node, "LglSeqNb", "ElctrncSeqNb", "Id")[:35],
        owner=at(node, "Acct/Ownr/Nm", "Acct/Ownr/Pty/Nm"),
    )
    for balance in node.iterfind("Bal"):
        kind = at(balance, "Tp/CdOrPrtry/Cd")
        value = _signed(balance)
        found.currency = found.currency or _currency(balance)
        # Only the first of each: some banks give the balance in another currency too.
        if kind in _OPENS and found.opening is None:
            found.opening, found.begins_on = value, _day(balance, "Dt", into)
        elif kind in _CLOSES and found.closing is None:
            found.closing, found.ends_on = value, _day(balance, "Dt", into)
    begins, ends = _day(node, "FrToDt/FrDtTm", into), _day(node, "FrToDt/ToDtTm", into)
    # The opening balance is that of the evening before, with some banks.
    found.begins_on, found.ends_on = begins or found.begins_on, found.ends_on or ends
    for place, entry in enumerate(node.iterfind("Ntry")):
        if at(entry, "Sts/Cd", "Sts").upper() not in BOOKED:
            found.pending += 1
            continue
        if _signed(entry) is None:
            into.fault("amount", text=at(entry, "NtryRef", "AcctSvcrRef") or place + 1)
            continue
        found.lines += _lines(entry, place, found, into)
    if not found.account:
        into.fault("no_account")
    return found


def _lines(entry: Element, place: int, of: Statement, into: BankFile) -> list[Line]:
    whole = _line_of_entry(entry, place, of.currency, into)
    parts = list(entry.iterfind("NtryDtls/TxDtls"))
    amounts = [_part_amount(part, whole) for part in parts]
    if not parts or (len(parts) > 1 and None in amounts):
        # A batch of which only the sum is known.
        if parts:
            whole.number_of_transactions = max(whole.number_of_transactions, len(parts))
        return [whole]
    if len(parts) == 1:
        _add_details(whole, parts[0], of)
        if whole.number_of_transactions == 1:
            return [whole]
        given = _part_amount(parts[0], whole)
        if given is None or given == whole.amount:
            return [whole]
    lines = []
    for index, (part, amount) in enumerate(zip(parts, amounts, strict=True)):
        line = _line_of_entry(entry, place, of.currency, into)
        line.number_of_transactions, line.text, line.index = 1, "", index
        line.amount = amount if amount is not None else whole.amount
        _add_details(line, part, of)
        lines.append(line)
    rest = whole.amount - sum((line.amount for line in lines), Decimal(0))
    if rest:
        # Charges that the bank took off, or parts it did not list: the account has them, so they are a line.
        into.fault("parts", reference=whole.bank_reference, parts=whole.amount - rest, amount=whole.amount)
        other = _line_of_entry(entry, place, of.currency, into)
        other.amount, other.index, other.number_of_transactions = rest, len(lines), 1
        lines.append(other)
    return lines


def _line_of_entry(entry: Element, place: int, currency: str, into: BankFile) -> Line:
    count = at(entry, "NtryDtls/Btch/NbOfTxs", "Btch/NbOfTxs")
    code = "/".join(filter(None, (at(entry, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd"))))
    return Line(
        amount=_signed(entry) or Decimal(0),
        currency=_currency(entry) or currency,
        booked_on=_day(entry, "BookgDt", into),
        value_on=_day(entry, "ValDt", into),
        entry=place,
        bank_reference=_reference(at(entry, "AcctSvcrRef")),
        payment_info_id=_reference(at(entry, "NtryDtls/Btch/PmtInfId")),
        message_id=_reference(at(entry, "NtryDtls/Btch/MsgId")),
        text=at(entry, "AddtlNtryInf"),
        number_of_transactions=int(count) if count.isdecimal() and len(count) < 9 and int(count) > 0 else 1,
        is_reversal=at(entry, "RvslInd").lower() in ("true", "1"),
        transaction_code=code or at(entry, "BkTxCd/Prtry/Cd"),
        charges=_charges(entry),
    )


def _add_details(line: Line, part: Element, of: Statement) -> None:
    line.end_to_end_id = _reference(at(part, "Refs/EndToEndId"))
    line.mandate_id = _reference(at(part, "Refs/MndtId"))
    line.payment_info_id = _reference(at(part, "Refs/PmtInfId")) or line.payment_info_id
    line.message_id = _reference(at(part, "Refs/MsgId")) or line.message_id
    line.bank_reference = line.bank_reference or _reference(at(part, "Refs/AcctSvcrRef", "Refs/TxId"))
    # Who sent it, or got it: the other side by the direction of this movement; a return goes the other way round.
    is_in = line.amount > 0
    sides = ("Dbtr", "Cdtr") if is_in else ("Cdtr", "Dbtr")
    reason = part.find("RtrInf")
    is_back = reason is not None or line.is_reversal or line.transaction_code.rpartition("/")[2] in RETURNS
    if is_back:
        sides = sides[::-1]
    for side in sides if is_back else sides[:1]:
        name = at(part, *(f"RltdPties/{who}{side}/{path}" for who in ("", "Ultmt") for path in ("Nm", "Pty/Nm")))
        iban = at(part, f"RltdPties/{side}Acct/Id/IBAN", f"RltdPties/{side}Acct/Id/Othr/Id")
        if (name or iban) and values.account(iban) != of.account:
            line.name, line.iban = name, values.account(iban)
            break
    texts = [*each_at(part, "RmtInf/Ustrd"), *each_at(part, "RmtInf/Strd/AddtlRmtInf")]
    line.text = " ".join(texts) or at(part, "AddtlTxInf") or line.text
    line.structured_reference = at(part, "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef")
    if reason is not None:
        line.return_reason = at(reason, "Rsn/Cd", "Rsn/Prtry", "RtrRsn/Cd", "RtrRsn/Prtry")
        line.return_words = " ".join(each_at(reason, "AddtlInf"))
    line.is_reversal = is_back
    line.charges = _charges(part) if _charges(part) is not None else line.charges
    original = at(part, "AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt")
    if original and (value := values.amount(original)) is not None and value != abs(line.amount):
        line.original_amount = value


def _part_amount(part: Element, whole: Line) -> Decimal | None:
    """None where the part does not say it."""
    text = at(part, "Amt") or at(part, "AmtDtls/TxAmt/Amt")
    value = values.amount(text)
    if value is None:
        return None
    direction = at(part, "CdtDbtInd") or ("CRDT" if whole.amount >= 0 else "DBIT")
    return -abs(value) if direction == "DBIT" else abs(value)


def _signed(node: Element) -> Decimal | None:
    value = values.amount(at(node, "Amt"))
    if value is None:
        return None
    return -value if at(node, "CdtDbtInd") == "DBIT" else value


def _charges(node: Element) -> Decimal | None:
    """Their sum; version 02 has them without records."""
    found = [values.amount(text) for text in _charge_texts(node)]
    sums = [each for each in found if each is not None]
    return sum(sums, Decimal(0)) if sums else None


def _charge_texts(node: Element) -> Iterator[str]:
    for charge in node.iterfind("Chrgs"):
        records = list(charge.iterfind("Rcrd")) or [charge]
        for record in records:
            if text := at(record, "Amt", "TtlChrgsAndTaxAmt"):
                yield text


def _currency(node: Element) -> str:
    found = node.find("Amt")
    return (found.get("Ccy") or "")[:3].upper() if found is not None else ""


def _day(node: Element, path: str, into: BankFile) -> date | None:
    text = at(node, f"{path}/Dt", f"{path}/DtTm", path)
    if not text:
        return None
    value, is_right = values.day(text)
    if not is_right:
        into.fault("day" if value else "no_day", text=text[:40])
    return value


def _reference(text: str) -> str:
    return "" if text.upper() in NOTHING else text[:140]
