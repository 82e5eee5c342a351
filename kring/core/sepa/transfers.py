"""Files of credit transfers: pain.001.001.09."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kring.core.sepa.accounts import Account
from kring.core.sepa.document import add, add_texts, as_text, begun, written_amount
from kring.core.sepa.text import LONGEST_NAME, LONGEST_REFERENCE, LONGEST_TEXT, letters

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


@dataclass(frozen=True)
class Transfer:
    """`reference`: comes back in the bank's reports, at most 35 letters. `text`: the payee reads it."""

    reference: str
    to: Account
    amount: Decimal
    text: str


def credit_transfers(
    *, message_id: str, created_at: datetime, debtor: Account, execute_on: date, transfers: Sequence[Transfer]
) -> str:
    """The file, the same for the same facts. Amounts are in euro."""
    number, total = str(len(transfers)), written_amount(sum((each.amount for each in transfers), Decimal(0)))
    root, content = begun(NAMESPACE, "CstmrCdtTrfInitn")
    head = add(content, "GrpHdr")
    add_texts(head, MsgId=message_id, CreDtTm=f"{created_at:%Y-%m-%dT%H:%M:%S}", NbOfTxs=number, CtrlSum=total)
    name = letters(debtor.holder, LONGEST_NAME) or "NOTPROVIDED"
    add(head, "InitgPty/Nm", name)
    block = add(content, "PmtInf")
    add_texts(block, PmtInfId=f"{message_id}-1"[:LONGEST_REFERENCE], PmtMtd="TRF", NbOfTxs=number, CtrlSum=total)
    add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    add(block, "ReqdExctnDt/Dt", execute_on.isoformat())
    add(block, "Dbtr/Nm", name)
    add(block, "DbtrAcct/Id/IBAN", debtor.iban)
    # By the account's number alone: every bank finds its own name in it.
    add(block, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    add(block, "ChrgBr", "SLEV")
    for each in transfers:
        _add_transfer(block, each)
    return as_text(root)


def _add_transfer(block: ET.Element, transfer: Transfer) -> None:
    row = add(block, "CdtTrfTxInf")
    add(row, "PmtId/EndToEndId", transfer.reference)
    add(row, "Amt/InstdAmt", written_amount(transfer.amount)).set("Ccy", "EUR")
    add(row, "Cdtr/Nm", letters(transfer.to.holder, LONGEST_NAME))
    add(row, "CdtrAcct/Id/IBAN", transfer.to.iban)
    add(row, "RmtInf/Ustrd", letters(transfer.text, LONGEST_TEXT))
