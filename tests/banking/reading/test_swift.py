"""MT940: the frame, and the dialects of its field :86:."""
# ruff: noqa: E501 (the lines of banks are long)

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.banking.reading.alone import read_one
from kring.banking.reading.facts import BankFile, Line
from kring.demo.bank_statements import camt053, csv_of, mt940
from tests.banking.statements import OURS, THEIRS, line, statement


def read(content: bytes | str) -> BankFile:
    return read_one(content if isinstance(content, bytes) else content.encode(), "file", {})


def one(field: str, first: str = ":61:260105C12,50NTRFNONREF//R1") -> Line:
    text = f":20:X\n:25:{OURS}EUR\n:28C:1/2\n:60F:C260101EUR0,00\n{first}\n:86:{field}\n:62F:C260105EUR12,50\n-\n"
    (found,) = read(text).statements[0].lines
    return found


def test_the_frame() -> None:
    found = read(
        f"{{1:F01X}}{{4:\r\n:20:X\r\n:25:{OURS} EUR\r\n:28C:7/1\r\n:60F:C260101EUR100,00\r\n:61:2601050105C1,5NMSCNONREF\r\n:86:x\r\n:62F:C260105EUR101,50\r\n-}}"
    )

    (got,) = found.statements
    assert (got.account, got.number, got.opening, got.closing, got.gap) == (OURS, "7/1", 100, Decimal("101.50"), 0)


def test_a_reversed_credit_takes_money_away_and_a_reversed_debit_brings_it() -> None:
    assert one("x", ":61:260105RC5,00NTRFNONREF").amount == -5
    assert one("x", ":61:260105RD5,00NTRFNONREF").amount == 5
    assert one("x", ":61:260105RD5,00NTRFNONREF").is_reversal


def test_a_mark_of_byte_order_loses_nothing() -> None:
    found = read(b"\xef\xbb\xbf" + mt940([statement(line("1.00"))]))

    assert found.statements[0].account == OURS


def test_a_long_field_is_read_to_its_end() -> None:
    rows = "\n".join(f"row {number} {'x' * 50}" for number in range(14))

    assert one(rows + "\nABCD2345").text.endswith("ABCD2345")


def test_dutch() -> None:
    got = one(
        "/TRTP/SEPA OVERBOEKING/IBAN/NL20INGB0001234567/BIC/INGBNL2A/NAME/J. Jans\nsen/REMI/Contributie ABCD2345/EREF/E2E-1"
    )

    assert (got.name, got.iban, got.text, got.end_to_end_id) == ("J. Janssen", THEIRS, "Contributie ABCD2345", "E2E-1")


def test_dutch_return() -> None:
    got = one(
        "/RTRN/MD06//EREF/E7//MARF/M7//CNTP/NL20INGB0001234567/INGBNL2A/Jan///REMI/USTD//terug/",
        ":61:260105D9,00NRTINONREF",
    )

    assert (got.return_reason, got.end_to_end_id, got.mandate_id, got.iban, got.name) == (
        "MD06",
        "E7",
        "M7",
        THEIRS,
        "Jan",
    )


def test_dutch_payment_reference() -> None:
    assert one("/EREF/NOTPROVIDED//REMI/STRD/CUR/5000056789012345/").structured_reference == "5000056789012345"
    assert one("/EREF/NOTPROVIDED//REMI/STRD/CUR/5000056789012345/").end_to_end_id == ""


def test_german() -> None:
    got = one(
        "166?00GUTSCHR. UEBERWEISUNG?20EREF+E2E-1?21SVWZ+Beitrag 2026 ABCD?222345?30INGDDEFF?31DE89370400440532013000?32Max Muster?33mann"
    )

    assert (got.end_to_end_id, got.text, got.iban, got.name) == (
        "E2E-1",
        "Beitrag 2026 ABCD2345",
        "DE89370400440532013000",
        "Max Mustermann",
    )


def test_german_return_with_its_key_and_sums() -> None:
    got = one(
        "109?00RUECKLASTSCHRIFT?20EREF+E9?21MREF+M9?22OAMT+50,00?23COAM+3,00?24SVWZ+Beitrag?34916",
        ":61:260105D53,00NRTINONREF",
    )

    assert (got.end_to_end_id, got.mandate_id, got.original_amount, got.charges, got.return_reason, got.is_return) == (
        "E9", "M9", 50, 3, "RC01", True,
    )  # fmt: skip


def test_words_of_a_german_return_come_before_its_key() -> None:
    assert (
        one(
            "109?00RUECKLASTSCHRIFT?20SVWZ+RETURN AC04 KONTO?21 AUFGELOEST?34916", ":61:260105D5,00NRTINONREF"
        ).return_reason
        == "AC04"
    )


@pytest.mark.parametrize("sign", ["~", "<", "^"])
def test_polish(sign: str) -> None:
    field = "020~00BTR~20Skladka czlonkowska Jan Kow~21alski ABCD2345~32JAN~33KOWALSKI~38PL61109010140000071219812874"

    got = one(field.replace("~", sign))

    assert (got.text, got.name, got.iban) == (
        "Skladka czlonkowska Jan Kowalski ABCD2345",
        "JAN KOWALSKI",
        "PL61109010140000071219812874",
    )


def test_sums_of_a_return_in_the_line_above() -> None:
    got = one("/RTRN/AC04/", ":61:260105D53,00NRTINONREF//R1\n/OCMT/EUR50,00//CHGS/EUR3,00/")

    assert (got.original_amount, got.charges) == (50, 3)


def test_the_thirtieth_of_february() -> None:
    found = read(f":20:X\n:25:{OURS}\n:60F:C260227EUR0,00\n:61:260230C1,00NTRFNONREF\n:86:x\n:62F:C260301EUR1,00\n")

    assert found.statements[0].lines[0].booked_on == date(2026, 2, 28)
    assert [fault.code for fault in found.faults] == ["day"]


def test_a_booking_at_new_year_has_its_own_year() -> None:
    assert one("x", ":61:2601021231C1,00NTRFNONREF").booked_on == date(2025, 12, 31)
    assert one("x", ":61:2512310102C1,00NTRFNONREF").booked_on == date(2026, 1, 2)


def test_a_field_that_cannot_be_read_costs_no_other() -> None:
    found = read(
        f":20:X\n:25:{OURS}\n:60F:C260101EUR0,00\n:61:nonsense\n:86:of it\n:61:260105C1,00NTRFNONREF\n:86:right\n:62F:C260105EUR1,00\n"
    )

    assert [(each.amount, each.text) for each in found.statements[0].lines] == [(1, "right")]
    assert [fault.code for fault in found.faults] == ["tag"]


def test_another_decade() -> None:
    found = read(
        ":20:X\n:25:12345/0001234567\n:28C:1\n:60F:C990104DEM10,00\n:61:9901050105C5,00NTRFNONREF\n:86:Beitrag\n:62F:C990105DEM15,00\n"
    )

    assert found.statements[0].currency == "DEM"
    assert found.statements[0].account == "123450001234567"
    assert found.statements[0].lines[0].booked_on == date(1999, 1, 5)


WORDS = (
    st.text(alphabet="abcdefgh ABCD0123456789.,-", min_size=1, max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
SUMS = st.decimals(min_value=Decimal("-99999.99"), max_value=Decimal("99999.99"), places=2, allow_nan=False).filter(
    bool
)
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))
LINES = st.builds(
    lambda amount, day, text, name: line(str(amount), booked_on=day, value_on=day, text=text, name=name, iban=THEIRS),
    SUMS, DAYS, WORDS, WORDS,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=8))
def test_what_was_written_is_read_in_each_kind_of_file(lines: list[Line]) -> None:
    made = statement(*lines)
    facts = [(each.amount, each.booked_on, each.iban) for each in lines]

    for content in (camt053([made]), mt940([made])):
        found = read(content)
        assert [(each.amount, each.booked_on, each.iban) for each in found.statements[0].lines] == facts
        assert found.statements[0].gap == 0
        assert [each.name for each in found.statements[0].lines] == [each.name for each in lines]
    table = read(csv_of(made)).statements[0]
    assert [(each.amount, each.booked_on, each.iban) for each in table.lines] == facts[::-1]
    assert table.gap == 0
