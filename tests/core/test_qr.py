"""QR codes: read back by a reader, as they stand in pages, mails and banks' apps."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pypdfium2
import pytest
import typst
import zxingcpp
from PIL import Image

from kring.core import qr

ACCOUNT = "NL91 ABNA 0417 1643 00"
NRB = "92 1240 1234 0001 5678 9012 3456"


def read(png):
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return code.text


def level(png):
    return zxingcpp.read_barcode(Image.open(io.BytesIO(png))).ec_level


def asked(**changes):
    given = {"currency": "EUR", "amount": Decimal("49.95"), "account": ACCOUNT, "name": "VGBC", "reference": "KR 1"}
    return qr.transfer(**given | changes)


@pytest.mark.parametrize("text", ["VGBC2026-USER1-LICENSE2-ABC", "https://kring.example/zażółć", "1", "x" * 300])
def test_a_picture_for_a_mail_is_read_back(text):
    assert read(qr.png(text)) == text


def test_a_picture_inside_a_page_has_a_name_and_no_inline_style():
    drawn = qr.svg("CODE", title='<b>"Ada" & co</b>')

    assert drawn.startswith('<svg role="img" ')
    assert "<title>&lt;b&gt;" in drawn
    assert "<b>" not in drawn
    assert "style=" not in drawn
    assert not re.search(r'\s(width|height)="', drawn)


def test_a_picture_inside_a_page_is_read_back():
    drawn = str(qr.svg("CODE", title="Code")).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    page = typst.compile(b"#image(bytes(sys.inputs.svg), width: 5cm)", sys_inputs={"svg": drawn}, format="pdf")

    [code] = zxingcpp.read_barcodes(pypdfium2.PdfDocument(page)[0].render(scale=2).to_pil())
    assert code.text == "CODE"


def test_a_transfer_in_euros_is_what_the_banks_agreed():
    """EPC069-12 version 2: the lines, in this order, as UTF-8, at level M."""
    code = asked(name="Vereniging Voedingsgeneeskunde", reference="KRING 123")

    assert read(qr.png(code)).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Vereniging Voedingsgeneeskunde",
        "NL91ABNA0417164300",
        "EUR49.95",
        "",
        "",
        "KRING 123",
    ]
    assert level(qr.png(code)) == "M"


def test_a_transfer_in_zloty_is_what_the_polish_banks_recommend():
    code = asked(currency="PLN", amount=Decimal("12.00"), account=NRB, name="Odbiorca 1", reference="FV 1234/34/2012")

    assert read(qr.png(code)) == "|PL|92124012340001567890123456|001200|Odbiorca 1|FV 1234/34/2012|||"


def test_the_number_with_its_country_is_the_same_polish_account():
    assert read(qr.png(asked(currency="PLN", account=f"PL{NRB}"))).split("|")[2] == NRB.replace(" ", "")


def test_polish_fields_are_cut_and_keep_their_polish_letters():
    code = asked(
        currency="PLN",
        account=NRB,
        name="Związek Harcerstwa Polskiego",
        reference="Zażółć|gęślą: é 'jaźń' 12345678901234",
    )

    assert read(qr.png(code)).split("|")[4:] == ["Związek Harcerstwa P", "Zażółćgęślą e jaźń 1234567890123", "", "", ""]


@pytest.mark.parametrize("words", ["Eve\nIBAN: X", "Eve\r\nBCD", "Eve\x00", "Eve\u2028X"])
def test_nothing_typed_can_begin_another_field(words):
    lines = read(qr.png(asked(name=words, reference=words))).split("\n")

    assert len(lines) == 11
    assert lines[6] == "NL91ABNA0417164300"


def test_names_and_references_of_any_length_fit():
    code = asked(name="Ż" * 500, reference="Ł" * 500, amount=Decimal("999999999.99"))
    lines = read(qr.png(code)).split("\n")

    assert (len(lines[5]), len(lines[10])) == (60, 70)
    # Version 13.
    assert code.size <= 69


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Decimal(0)},
        {"amount": Decimal(-1)},
        {"amount": Decimal("1000000000")},
        {"currency": "USD"},
        {"currency": "PLN"},
        {"currency": "EUR", "account": NRB},
    ],
)
def test_where_no_bank_would_read_it_there_is_no_code(changes):
    assert asked(**changes) is None
