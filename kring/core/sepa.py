"""Files of credit transfers as SEPA banks take them: ISO 20022, pain.001.001.09 (the EPC's letters and lengths)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from schwifty import IBAN

from kring.core.transliteration import in_ascii

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME, LONGEST_TEXT, LONGEST_REFERENCE = 70, 140, 35
# As banks compare names: an umlaut is two letters, other accents are left out.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "&": "+"})
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


@dataclass(frozen=True)
class Account:
    """`holder` as their bank has it; `iban` without blanks."""

    holder: str
    iban: str


@dataclass(frozen=True)
class Transfer:
    """`reference`: comes back in the bank's reports, at most 35 letters. `text`: the payee reads it."""

    reference: str
    to: Account
    amount: Decimal
    text: str


def letters(text: str, most: int) -> str:
    """In the letters that every SEPA bank takes; "" where none is left, as of a name in another script."""
    plain = _NOT_ALLOWED.sub(" ", in_ascii(text.translate(_UMLAUTS)))
    return " ".join(re.sub("/{2,}", "/", plain).split()).strip("/ ")[:most].strip()


def is_reachable(iban: str) -> bool:
    """A SEPA transfer arrives there."""
    return IBAN(iban).in_sepa_zone


def credit_transfers(
    *, message_id: str, created_at: datetime, debtor: Account, execute_on: date, transfers: Sequence[Transfer]
) -> str:
    """The file, the same for the same facts. Amounts are in euro."""
    number, total = str(len(transfers)), _written(sum((each.amount for each in transfers), Decimal(0)))
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("Document"))
    content = _add(root, "CstmrCdtTrfInitn")
    head = _add(content, "GrpHdr")
    _texts(head, MsgId=message_id, CreDtTm=f"{created_at:%Y-%m-%dT%H:%M:%S}", NbOfTxs=number, CtrlSum=total)
    name = letters(debtor.holder, LONGEST_NAME) or "NOTPROVIDED"
    _add(head, "InitgPty/Nm", name)
    block = _add(content, "PmtInf")
    _texts(block, PmtInfId=f"{message_id}-1"[:LONGEST_REFERENCE], PmtMtd="TRF", NbOfTxs=number, CtrlSum=total)
    _add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(block, "ReqdExctnDt/Dt", execute_on.isoformat())
    _add(block, "Dbtr/Nm", name)
    _add(block, "DbtrAcct/Id/IBAN", debtor.iban)
    # By the account's number alone: every bank finds its own name in it.
    _add(block, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _add(block, "ChrgBr", "SLEV")
    for each in transfers:
        _add_transfer(block, each)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ['<?xml version="1.0" encoding="UTF-8"?>\n', "\n"]
    )


def _add_transfer(block: ET.Element, transfer: Transfer) -> None:
    row = _add(block, "CdtTrfTxInf")
    _add(row, "PmtId/EndToEndId", transfer.reference)
    _add(row, "Amt/InstdAmt", _written(transfer.amount)).set("Ccy", "EUR")
    _add(row, "Cdtr/Nm", letters(transfer.to.holder, LONGEST_NAME))
    _add(row, "CdtrAcct/Id/IBAN", transfer.to.iban)
    _add(row, "RmtInf/Ustrd", letters(transfer.text, LONGEST_TEXT))


def _written(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        _add(parent, name, text)


def _add(parent: ET.Element, path: str, text: str | None = None) -> ET.Element:
    for name in path.split("/"):
        parent = ET.SubElement(parent, _tag(name))
    parent.text = text
    return parent


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
