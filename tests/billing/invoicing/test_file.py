"""The file for Peppol: nothing found by the judge of its rules, over random orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from mockeinvoice import validate

from kring.billing.einvoicing.file import ubl
from kring.billing.invoicing.channel import NotExpressible
from kring.billing.invoicing.contents import Contents
from kring.billing.models import Invoice
from kring.billing.vat import TaxedLine
from tests.billing.invoicing.test_einvoice import (
    SELLER,
    amounts,
    contents,
    exempt,
    invoice,
    parties,
    taxed,
    texts,
)
from tests.thorough import examples

SELLERS = [
    replace(SELLER, iban="NL91ABNA0417164300", registration_number="30123456"),
    replace(SELLER, vat_number="", tax_number="812345678", registration_number="30123456"),
    replace(SELLER, country="PL", vat_number="PL5260001246", registration_number="KRS 0000123456"),
    replace(SELLER, country="BE", vat_number="BE0403170701"),
]
ONE = [TaxedLine(Decimal("121.00"), Decimal(21), {})]


def file(found: Contents, kind: str = Invoice.Kind.INVOICE) -> bytes:
    with translation.override("en"):
        ubl.check(found)
        return ubl.xml(invoice(found, kind), found)


def found_in(document: bytes) -> list[str]:
    """Everything the judge says, but that it knows rules it has not built."""
    _document, report = validate(document)
    return [f"{each.code} {each.path} {each.text}" for each in report.failures]


@settings(max_examples=examples(1000))
@given(
    lines=st.lists(taxed | exempt, min_size=1, max_size=8),
    seller=st.sampled_from(SELLERS),
    buyer=parties,
    paid=st.none() | amounts,
    reference=texts,
    note=texts,
)
def test_nothing_is_found_in_the_file_of_any_order(lines, seller, buyer, paid, reference, note):
    with translation.override("en"):
        made = replace(contents(lines, buyer=buyer, paid=paid, reference=reference, note=note), seller=seller)

    try:
        document = file(made)
    except NotExpressible:
        assert not buyer.vat_number or seller.country == "NL"
        return

    assert found_in(document) == []


@settings(max_examples=examples(200))
@given(lines=st.lists(taxed | exempt, min_size=1, max_size=8), seller=st.sampled_from(SELLERS), why=texts)
def test_nothing_is_found_in_the_file_of_any_credit_note(lines, seller, why):
    with translation.override("en"):
        made = contents(lines, corrects="VG-2026-0041", corrects_of=date(2026, 11, 30), why=why)

    assert found_in(file(replace(made, seller=seller), Invoice.Kind.CREDIT)) == []


def test_the_judge_finds_what_is_wrong():
    """The negative control: a cent of VAT too much, and an order that nobody names."""
    document = file(contents(ONE))

    assert any(each.startswith("BR-CO-15") for each in found_in(document.replace(b">21.00<", b">21.01<")))
    without = document.replace(b"<cac:OrderReference>", b"<!--").replace(b"</cac:OrderReference>", b"-->")
    assert any(each.startswith("PEPPOL-EN16931-R003") for each in found_in(without.replace(b"<!--<", b"<!-- <")))


def test_the_same_contents_give_the_same_bytes():
    assert file(contents(ONE)) == file(contents(ONE))


@pytest.mark.parametrize(
    ("seller", "buyer", "why"),
    [
        ({"country": "IT"}, {}, "rules of its own"),
        ({"country": "DE"}, {"country": "DE"}, "rules of its own"),
        ({}, {"country": "NL", "street": " "}, "<b>& Söhne is not complete"),
        ({}, {"vat_number": ""}, "has no VAT number"),
        ({"iban": ""}, {}, "no bank account"),
    ],
)
def test_what_the_form_cannot_say_is_said_in_words(seller, buyer, why):
    made = contents(ONE, paid=Decimal(0))

    with pytest.raises(NotExpressible) as refusal, translation.override("en"):
        ubl.check(
            replace(
                made,
                seller=replace(made.seller, **{"iban": "NL91ABNA0417164300"} | seller),
                buyer=replace(made.buyer, **buyer),
            )
        )

    assert why in str(refusal.value)
