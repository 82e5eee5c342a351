"""The e-invoice inside: nothing found by its judges, over random orders; and the PDF around it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.billing.invoicing import einvoice, writing
from kring.billing.invoicing.contents import Contents, Line, Party
from kring.billing.models import Invoice, OrderLine
from kring.billing.taxes import ExemptionReason, exemption_of
from kring.billing.vat import CENT, TaxedLine
from tests.billing.invoicing import judging
from tests.thorough import examples

SELLER = Party("Vereniging", "Dam 1", "1012 JS", "Amsterdam", "NL", "a@example.org", vat_number="NL004495445B01")
BUYER = Party("<b>& Söhne", "Weg 2", "10115", "Berlin", "DE", "b@example.org", contact="Zoë", vat_number="DE136695976")
RATES = [Decimal(each) for each in ("0", "5", "8", "9", "19", "21", "23", "25.5")]
EXEMPT = [exemption_of(ExemptionReason.SPORT), exemption_of(ExemptionReason.OTHER, {"en": "By law."})]
texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)
amounts = st.integers(0, 99_999).map(lambda cents: cents * CENT) | st.just(Decimal("999999.99"))
taxed = st.builds(TaxedLine, amounts, st.sampled_from(RATES), st.just({}))
exempt = st.builds(TaxedLine, amounts, st.just(Decimal(0)), st.sampled_from(EXEMPT))
parties = st.builds(
    Party,
    name=texts,
    street=texts,
    postal_code=texts,
    city=texts,
    country=st.sampled_from(["NL", "PL", "DE", "BE", "CH"]),
    email=st.just("b@example.org"),
    contact=texts,
    vat_number=st.sampled_from(["", "NL004495445B01", "PL5260001246"]),
)


def contents(
    lines: list[TaxedLine], *, buyer: Party = BUYER, paid: Decimal | None = None, **fields: object
) -> Contents:
    taxed = writing.tax(lines)
    total = sum((each.amount for each in lines), Decimal("0.00"))
    given = {"order": "7KQ4MX2P", "reference": "", "note": "", **fields}
    return Contents(
        seller=SELLER,
        buyer=buyer,
        lines=tuple(
            Line(
                place,
                f"Gala: <{place}>",
                "",
                each.amount,
                taxed.nets[place],
                each.vat_rate,
                writing.category(OrderLine(vat_rate=each.vat_rate, exemption=each.exemption)),
            )
            for place, each in enumerate(lines)
        ),
        taxes=taxed.taxes,
        paid=total if paid is None else min(paid, total),
        due_on=date(2026, 12, 24),
        **given,
    )


def invoice(found: Contents, kind: str = Invoice.Kind.INVOICE) -> Invoice:
    return Invoice(
        kind=kind,
        number="VG-2026-0042",
        issued_on=date(2026, 12, 1),
        language="en",
        currency="EUR",
        total=found.total,
        contents=found.as_kept(),
        made_at=datetime(2026, 12, 1, 12, tzinfo=UTC),
    )


def xml(found: Contents, kind: str = Invoice.Kind.INVOICE) -> bytes:
    with translation.override("en"):
        return einvoice.xml(invoice(found, kind), found)


@pytest.mark.parametrize("note", ["#000#", "See #abc", "#AB #1", "#one##two#xyz"])
def test_a_note_is_never_read_as_its_subject(note):
    with translation.override("en"):
        found = contents([TaxedLine(Decimal("10.00"), Decimal(21), {})], note=note)

    assert judging.found(xml(found)) == []


@settings(max_examples=examples(1000))
@given(
    lines=st.lists(taxed | exempt, min_size=1, max_size=8),
    buyer=parties,
    paid=st.none() | amounts,
    reference=texts,
    note=texts,
)
def test_nothing_is_found_in_the_invoice_of_any_order(lines, buyer, paid, reference, note):
    with translation.override("en"):
        found = contents(lines, buyer=buyer, paid=paid, reference=reference, note=note)

    assert judging.found(xml(found)) == []
    assert found.total == sum(line.amount for line in lines)
    assert Contents.read(found.as_kept()) == found


@settings(max_examples=examples(200))
@given(lines=st.lists(taxed | exempt, min_size=1, max_size=8), why=texts)
def test_nothing_is_found_in_the_credit_note_of_any_order(lines, why):
    with translation.override("en"):
        found = contents(lines, corrects="VG-2026-0041", corrects_of=date(2026, 11, 30), why=why)

    assert judging.found(xml(found, Invoice.Kind.CREDIT)) == []


def test_the_judge_finds_what_is_wrong():
    """The negative control: a cent of VAT too much."""
    good = contents([TaxedLine(Decimal("49.95"), Decimal(21), {})])
    bad = xml(good).replace(b"8.67", b"8.68")

    assert any(each.startswith("BR-CO-15") for each in judging.found(bad))


def test_a_name_that_looks_like_markup_is_text():
    document = judging.terms_of(xml(contents([TaxedLine(Decimal(10), Decimal(21), {})])))

    assert document.text("BT-44") == "<b>& Söhne"


def test_a_zero_total_and_the_largest_one_are_right():
    for amount in ("0.00", "999999.99"):
        found = contents([TaxedLine(Decimal(amount), Decimal(21), {})])
        assert judging.found(xml(found)) == []
        assert judging.terms_of(xml(found)).term("BT-115").number == 0


def test_a_cent_that_no_pair_has_is_the_rounding_amount():
    document = judging.terms_of(xml(contents([TaxedLine(Decimal("0.03"), Decimal(21), {})])))

    assert document.term("BT-114").number == CENT and document.term("BT-112").number == 2 * CENT
