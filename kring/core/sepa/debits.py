"""Files of direct debits (CORE): pain.008.001.08, the only version that German banks take since November 2026."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kring.core.sepa.accounts import Account, is_same_bank
from kring.core.sepa.document import add, add_texts, as_text, begun, written_amount
from kring.core.sepa.text import LONGEST_NAME, LONGEST_REFERENCE, LONGEST_TEXT, letters

DEBIT_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"


class SequenceType(StrEnum):
    """Of a mandate's collections; FRST is not needed since 2016: RCUR may be the first."""

    ONCE = "OOFF"
    RECURRING = "RCUR"
    FINAL = "FNAL"


@dataclass(frozen=True)
class Creditor:
    """`account.holder`: exactly as the bank holds it, since banks compare names."""

    account: Account
    creditor_id: str
    batch_booking: bool = True


@dataclass(frozen=True)
class Address:
    """Structured: street and house number apart. `country` in two letters."""

    street: str
    house_number: str
    postal_code: str
    town: str
    country: str


@dataclass(frozen=True)
class Amendment:
    """What of the mandate was different when it was last collected; "" where nothing changed."""

    reference: str = ""
    creditor_id: str = ""
    creditor_name: str = ""
    iban: str = ""

    def __bool__(self) -> bool:
        return any([self.reference, self.creditor_id, self.creditor_name, self.iban])


@dataclass(frozen=True)
class DirectDebit:
    """`reference` (end to end) comes back in the bank's reports, at most 35 letters. `text`: the payer reads it."""

    reference: str
    debtor: Account
    amount: Decimal
    text: str
    mandate: str
    signed_on: date
    amendment: Amendment = Amendment()
    address: Address | None = None


@dataclass(frozen=True)
class Batch:
    """What is collected of one kind on one day: a PmtInf."""

    sequence: str
    collect_on: date
    debits: Sequence[DirectDebit]


def direct_debits(*, message_id: str, created_at: datetime, creditor: Creditor, batches: Sequence[Batch]) -> str:
    """The file, the same for the same facts. Amounts are in euro. The batches' ids are `batch_id` of their places."""
    root, content = begun(DEBIT_NAMESPACE, "CstmrDrctDbtInitn")
    head = add(content, "GrpHdr")
    add_texts(head, MsgId=message_id, CreDtTm=f"{created_at:%Y-%m-%dT%H:%M:%S}")
    _add_sums(head, [each for batch in batches for each in batch.debits])
    add(head, "InitgPty/Nm", _name(creditor))
    for place, batch in enumerate(batches, 1):
        block = add(content, "PmtInf")
        _add_batch(block, batch_id(message_id, place), creditor, batch)
        for each in batch.debits:
            _add_debit(block, each, creditor)
    return as_text(root)


def batch_id(message_id: str, place: int) -> str:
    """PmtInfId of the batch at this place, from 1: what a bank's report of a whole batch names."""
    return f"{message_id}-{place}"[:LONGEST_REFERENCE]


def _add_batch(block: ET.Element, name: str, creditor: Creditor, batch: Batch) -> None:
    add_texts(block, PmtInfId=name, PmtMtd="DD", BtchBookg=str(creditor.batch_booking).lower())
    _add_sums(block, batch.debits)
    add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    kind = block[-1]
    add(kind, "LclInstrm/Cd", "CORE")
    add(kind, "SeqTp", batch.sequence)
    add(block, "ReqdColltnDt", batch.collect_on.isoformat())
    add(block, "Cdtr/Nm", _name(creditor))
    add(block, "CdtrAcct/Id/IBAN", creditor.account.iban)
    add(block, "CdtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    add(block, "ChrgBr", "SLEV")
    _add_creditor_id(block, "CdtrSchmeId", creditor.creditor_id)


def _add_debit(block: ET.Element, debit: DirectDebit, creditor: Creditor) -> None:
    row = add(block, "DrctDbtTxInf")
    add(row, "PmtId/EndToEndId", debit.reference)
    add(row, "InstdAmt", written_amount(debit.amount)).set("Ccy", "EUR")
    mandate = add(row, "DrctDbtTx/MndtRltdInf")
    add_texts(mandate, MndtId=debit.mandate, DtOfSgntr=debit.signed_on.isoformat())
    if debit.amendment:
        add(mandate, "AmdmntInd", "true")
        _add_amendment(add(mandate, "AmdmntInfDtls"), debit)
    add(row, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    debtor = add(row, "Dbtr")
    add(debtor, "Nm", letters(debit.debtor.holder, LONGEST_NAME))
    if debit.address:
        _add_address(debtor, debit.address)
    add(row, "DbtrAcct/Id/IBAN", debit.debtor.iban)
    add(row, "RmtInf/Ustrd", letters(debit.text, LONGEST_TEXT) or debit.reference)


def _add_amendment(details: ET.Element, debit: DirectDebit) -> None:
    """Of an account at another bank only that it is another one (SMNDA): the rule of the EPC."""
    old = debit.amendment
    if old.reference:
        add(details, "OrgnlMndtId", old.reference)
    if old.creditor_id or old.creditor_name:
        party = add(details, "OrgnlCdtrSchmeId")
        if old.creditor_name:
            add(party, "Nm", letters(old.creditor_name, LONGEST_NAME) or "NOTPROVIDED")
        if old.creditor_id:
            _fill_creditor_id(party, old.creditor_id)
    if old.iban and is_same_bank(old.iban, debit.debtor.iban):
        add(details, "OrgnlDbtrAcct/Id/IBAN", old.iban)
    elif old.iban:
        add(details, "OrgnlDbtrAcct/Id/Othr/Id", "SMNDA")


def _add_creditor_id(parent: ET.Element, name: str, creditor_id: str) -> None:
    _fill_creditor_id(add(parent, name), creditor_id)


def _fill_creditor_id(party: ET.Element, creditor_id: str) -> None:
    other = add(party, "Id/PrvtId/Othr")
    add(other, "Id", creditor_id)
    add(other, "SchmeNm/Prtry", "SEPA")


def _add_address(debtor: ET.Element, address: Address) -> None:
    post = add(debtor, "PstlAdr")
    parts = {
        "StrtNm": letters(address.street, 70),
        "BldgNb": letters(address.house_number, 16),
        "PstCd": letters(address.postal_code, 16),
        "TwnNm": letters(address.town, 35),
        "Ctry": address.country,
    }
    add_texts(post, **{name: text for name, text in parts.items() if text})


def _add_sums(parent: ET.Element, debits: Sequence[DirectDebit]) -> None:
    total = sum((each.amount for each in debits), Decimal(0))
    add_texts(parent, NbOfTxs=str(len(debits)), CtrlSum=written_amount(total))


def _name(creditor: Creditor) -> str:
    return letters(creditor.account.holder, LONGEST_NAME) or "NOTPROVIDED"
