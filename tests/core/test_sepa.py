"""Files of credit transfers that every SEPA bank takes: by the norm's own schema, and another program's eyes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sepaxml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kring.core import sepa
from kring.core.sepa import Account, Transfer

SCHEMA = etree.XMLSchema(file=Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd")
OURS = Account("Congress foundation", "NL91ABNA0417164300")
N = {"p": sepa.NAMESPACE}


def written(*transfers: Transfer, debtor: Account = OURS) -> Any:
    text = sepa.credit_transfers(
        message_id="F23456789ABCDEFGHJKLM",
        created_at=datetime(2026, 11, 29, 20, 15, 3),
        debtor=debtor,
        execute_on=date(2026, 11, 30),
        transfers=transfers,
    )
    document = etree.fromstring(text.encode())
    SCHEMA.assertValid(document)
    return document


def transfer(name: str = "Ada Lovelace", amount: str = "20.00", text: str = "Refund", number: int = 1) -> Transfer:
    return Transfer(f"R{number}", Account(name, "DE89370400440532013000"), Decimal(amount), text)


def test_the_sums_are_those_of_the_transfers_and_each_has_our_reference():
    document = written(transfer(), transfer(amount="0.05", number=2))

    assert document.xpath("//p:CtrlSum/text()", namespaces=N) == ["20.05", "20.05"]
    assert document.xpath("//p:NbOfTxs/text()", namespaces=N) == ["2", "2"]
    assert document.xpath("//p:EndToEndId/text()", namespaces=N) == ["R1", "R2"]
    assert document.xpath("//p:InstdAmt/text()", namespaces=N) == ["20.00", "0.05"]
    assert document.xpath("//p:InstdAmt/@Ccy", namespaces=N) == ["EUR", "EUR"]
    assert document.xpath("//p:IBAN/text()", namespaces=N) == [OURS.iban, *["DE89370400440532013000"] * 2]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Jürgen Groß & Söhne", "Juergen Gross + Soehne"),
        ("<b>Anna</b>", "b Anna /b"),
        ("//Anna//Bea/", "Anna/Bea"),
        ("=1+1", "1+1"),
        ("A" * 90, "A" * 70),
        ("王小明", ""),
    ],
)
def test_names_are_written_in_the_letters_banks_take(name, expected):
    assert sepa.letters(name, 70) == expected


@given(name=st.text(min_size=1, max_size=200), text=st.text(max_size=300), amount=st.integers(1, 99_999_999))
def test_whatever_people_are_called_the_schema_holds(name, text, amount):
    known = sepa.letters(name, 70) or "Ada"
    document = written(transfer(known, str(Decimal(amount) / 100), f"Refund {text}"), debtor=Account(name, OURS.iban))

    assert document.xpath("count(//p:CdtTrfTxInf)", namespaces=N) == 1


def test_the_same_facts_are_the_same_bytes():
    assert etree.tostring(written(transfer())) == etree.tostring(written(transfer()))


@pytest.mark.parametrize(("iban", "expected"), [("NL91ABNA0417164300", True), ("BR1500000000000010932840814P2", False)])
def test_only_accounts_in_the_sepa_area_are_reached(iban, expected):
    assert sepa.is_reachable(iban) is expected


def test_another_program_writes_the_same_payment():
    """A second opinion: the library's own file of this transfer."""
    theirs = sepaxml.SepaTransfer(
        {"name": OURS.holder, "IBAN": OURS.iban, "batch": True, "currency": "EUR"}, schema="pain.001.001.09"
    )
    theirs.add_payment(
        {
            "name": "Ada Lovelace",
            "IBAN": "DE89370400440532013000",
            "amount": 2000,
            "execution_date": date(2026, 11, 30),
            "description": "Refund",
            "endtoend_id": "R1",
        }
    )
    other = etree.fromstring(theirs.export(validate=True))
    ours = written(transfer())
    for path in ("PmtMtd", "SvcLvl/p:Cd", "ReqdExctnDt/p:Dt", "ChrgBr", "InstdAmt", "EndToEndId", "Ustrd", "CtrlSum"):
        found = [each.xpath(f"//p:{path}/text()", namespaces=N) for each in (ours, other)]
        assert found[0] == found[1], path
