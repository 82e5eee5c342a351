"""Files of direct debits: by the norm's own schema, and another program's eyes; the numbers in them; TARGET2."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sepaxml
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from stdnum.eu import at_02

from kring.core import sepa
from kring.core.sepa import calendar
from kring.core.sepa.creditor_id import creditor_id
from kring.core.sepa.debits import (
    DEBIT_NAMESPACE,
    Account,
    Address,
    Amendment,
    Batch,
    Creditor,
    DirectDebit,
    direct_debits,
)
from kring.core.sepa.mandate_reference import mandate_reference

SCHEMA = etree.XMLSchema(file=Path(sepaxml.__file__).parent / "schemas" / "pain.008.001.08.xsd")
OURS = Creditor(Account("IJsclub Zwaanstede", "NL91ABNA0417164300"), "NL88ZZZ403419740000")
N = {"p": DEBIT_NAMESPACE}
DAY = date(2026, 12, 14)


def debit(number: int = 1, name: str = "Ada Lovelace", amount: str = "20.00", **more: Any) -> DirectDebit:
    account = Account(name, more.pop("iban", "DE89370400440532013000"))
    return DirectDebit(f"C{number}", account, Decimal(amount), "Contribution 2026", f"M-{number}", DAY, **more)


def written(*batches: Batch, creditor: Creditor = OURS) -> Any:
    text = direct_debits(
        message_id="D23456789ABCDEFGHJKLM",
        created_at=datetime(2026, 11, 29, 20, 15, 3),
        creditor=creditor,
        batches=batches or [Batch("RCUR", DAY, [debit()])],
    )
    document = etree.fromstring(text.encode())
    SCHEMA.assertValid(document)
    return document


def found(document: Any, path: str) -> list[str]:
    return list(document.xpath(f"//p:{path}/text()", namespaces=N))


def test_each_sequence_and_day_is_a_batch_of_its_own_with_its_sums():
    document = written(
        Batch("RCUR", DAY, [debit(1), debit(2, amount="0.01")]), Batch("OOFF", date(2026, 12, 15), [debit(3)])
    )

    assert found(document, "PmtInfId") == ["D23456789ABCDEFGHJKLM-1", "D23456789ABCDEFGHJKLM-2"]
    assert found(document, "SeqTp") == ["RCUR", "OOFF"]
    assert found(document, "ReqdColltnDt") == ["2026-12-14", "2026-12-15"]
    assert found(document, "CtrlSum") == ["40.01", "20.01", "20.00"]
    assert found(document, "NbOfTxs") == ["3", "2", "1"]
    assert found(document, "CdtrSchmeId//p:Othr/p:Id") == [OURS.creditor_id] * 2


def test_nothing_of_an_amendment_or_address_is_written_where_there_is_none():
    document = written()

    assert document.xpath("//p:AmdmntInd | //p:AmdmntInfDtls | //p:PstlAdr", namespaces=N) == []


@pytest.mark.parametrize(
    ("old", "path", "expected"),
    [
        (Amendment(iban="DE02370400440532013001"), "OrgnlDbtrAcct//p:IBAN", "DE02370400440532013001"),
        (Amendment(iban="NL91ABNA0417164300"), "OrgnlDbtrAcct//p:Othr/p:Id", "SMNDA"),
        (Amendment(reference="OLD/1"), "OrgnlMndtId", "OLD/1"),
        (Amendment(creditor_id="DE98ZZZ09999999999"), "OrgnlCdtrSchmeId//p:Othr/p:Id", "DE98ZZZ09999999999"),
        (Amendment(creditor_name="Żółw"), "OrgnlCdtrSchmeId/p:Nm", "Zolw"),
    ],
)
def test_an_amendment_says_what_it_was_before(old, path, expected):
    document = written(Batch("RCUR", DAY, [debit(amendment=old)]))

    assert found(document, "AmdmntInd") == ["true"]
    assert found(document, path) == [expected]


def test_an_address_is_written_in_its_parts():
    document = written(Batch("RCUR", DAY, [debit(address=Address("Bahnhofstr.", "1a", "8001", "Zürich", "CH"))]))

    [address] = document.xpath("//p:PstlAdr", namespaces=N)
    assert [each.text for each in address] == ["Bahnhofstr.", "1a", "8001", "Zuerich", "CH"]


@given(name=st.text(min_size=1, max_size=200), text=st.text(max_size=300), amount=st.integers(1, 99_999_999))
def test_whatever_people_are_called_the_schema_holds(name, text, amount):
    one = debit(1, sepa.letters(name, 70) or "Ada", str(Decimal(amount) / 100), amendment=Amendment(creditor_name=name))
    creditor = Creditor(Account(text, OURS.account.iban), OURS.creditor_id)

    assert found(written(Batch("FNAL", DAY, [one]), creditor=creditor), "NbOfTxs") == ["1", "1"]


def test_the_same_facts_are_the_same_bytes():
    assert etree.tostring(written()) == etree.tostring(written())


def test_another_program_writes_the_same_debit():
    """A second opinion: the library's own file of this debit."""
    account = {"name": OURS.account.holder, "IBAN": OURS.account.iban, "batch": True, "currency": "EUR"}
    theirs = sepaxml.SepaDD({**account, "creditor_id": OURS.creditor_id}, schema="pain.008.001.08")
    theirs.add_payment(
        {
            "name": "Ada Lovelace",
            "IBAN": "DE89370400440532013000",
            "amount": 2000,
            "type": "RCUR",
            "collection_date": DAY,
            "mandate_id": "M-1",
            "mandate_date": DAY,
            "description": "Contribution 2026",
            "endtoend_id": "C1",
        }
    )
    other, ours = etree.fromstring(theirs.export(validate=True)), written()
    for path in (
        *("PmtMtd", "SeqTp", "LclInstrm/p:Cd", "ReqdColltnDt", "ChrgBr", "InstdAmt", "EndToEndId", "Ustrd", "CtrlSum"),
        *("MndtId", "DtOfSgntr", "DbtrAcct//p:IBAN", "CdtrSchmeId//p:Othr/p:Id", "BtchBookg"),
    ):
        assert found(ours, path) == found(other, path), path


@pytest.mark.parametrize("text", ["NL88ZZZ403419740000", "nl88 zzz4 0341 9740 000", "DE98ZZZ09999999999"])
def test_creditor_identifiers_are_read_as_people_type_them(text):
    assert creditor_id(text) in ("NL88ZZZ403419740000", "DE98ZZZ09999999999")


@pytest.mark.parametrize(
    "text",
    [
        "NL89ZZZ403419740000",  # digits
        "",
        "NL",
        "ZZZ",
        "NL97ZZZ40341974000",  # right digits, a letter too few
        "Ł" * 19,
    ],
)
def test_a_creditor_identifier_with_wrong_digits_or_length_is_refused(text):
    with pytest.raises(ValidationError):
        creditor_id(text)


def test_the_length_is_checked_although_the_digits_are_right():
    short = at_02.calc_check_digits("NL00ZZZ40341974000")
    with pytest.raises(ValidationError) as refused:
        creditor_id(f"NL{short}ZZZ40341974000")
    assert refused.value.code == "creditor_length"


@pytest.mark.parametrize("text", ["M-1", "A", "2026/001 (a).b,c'+?:", "a b"])
def test_references_of_mandates_in_the_banks_letters_are_taken(text):
    assert mandate_reference(text) == text


@pytest.mark.parametrize("text", ["", "/M1", "M1/", "M//1", "Mł", "M_1", "M" * 36, "M1\n2;"])
def test_references_of_mandates_that_banks_refuse_are_refused(text):
    with pytest.raises(ValidationError):
        mandate_reference(text)


def test_the_days_on_which_banks_settle():
    assert [calendar.easter(year) for year in (2024, 2026, 2038)] == [
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]
    assert not calendar.is_open(date(2026, 4, 3))
    assert not calendar.is_open(date(2026, 4, 6))
    assert calendar.is_open(date(2026, 4, 7))
    assert not calendar.is_open(date(2026, 5, 1))
    assert not calendar.is_open(date(2026, 12, 25))
    assert calendar.is_open(date(2026, 12, 24))
    assert not calendar.is_open(date(2026, 11, 28))
    assert calendar.is_open(date(2028, 2, 29))


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 4, 3), 0, date(2026, 4, 7)),
        (date(2026, 11, 29), 1, date(2026, 12, 1)),
        (date(2026, 12, 24), 2, date(2026, 12, 29)),
    ],
)
def test_lead_days_are_days_on_which_banks_settle(day, number, expected):
    assert calendar.open_days_after(day, number) == expected
