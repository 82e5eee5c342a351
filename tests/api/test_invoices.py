"""Invoices are read by programs: as data, and as the document."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.billing.invoicing import crediting
from kring.core.tenancy import scope
from tests.billing.invoicing import paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(organisation):
    with scope(organisation):
        paid.sends_invoices()
        return paid.invoiced(paid.order([("121.00", "21"), ("54.50", "9")]))


def test_an_invoice_says_all_that_the_document_says(program, invoice):
    found = program("invoices")(f"/invoices/{invoice.number}").json()

    assert (found["number"], found["kind"], found["total"], found["paid"]) == (
        invoice.number,
        "invoice",
        "175.50",
        "175.50",
    )
    assert [(each["vat_rate"], each["net"], each["vat"]) for each in found["taxes"]] == [
        ("9.00", "50.00", "4.50"),
        ("21.00", "100.00", "21.00"),
    ]
    assert (found["buyer"], found["buyer_vat_number"], found["reference"]) == ("<b>& Söhne", "DE136695976", "PO-7")


def test_a_credit_note_names_its_invoice(program, invoice, organisation):
    with scope(organisation):
        [note] = crediting.credit(invoice.order, amount=Decimal("5.00"))

    items = program("invoices")("/invoices").json()["items"]

    assert [(each["number"], each["kind"], each["corrects"]) for each in items] == [
        (invoice.number, "invoice", ""),
        (note.number, "credit", invoice.number),
    ]


def test_a_period_narrows_the_list(program, invoice):
    call = program("invoices")

    assert len(call(f"/invoices?since={invoice.issued_on}&until={invoice.issued_on}").json()["items"]) == 1
    assert call("/invoices?until=2000-01-01").json()["items"] == []


def test_the_document_is_a_pdf(program, invoice):
    answer = program("invoices")(f"/invoices/{invoice.number}/pdf")

    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_no_other_scope_opens_them(program, invoice):
    assert program("registrations")(f"/invoices/{invoice.number}").status_code == 403
    assert program("invoices")("/invoices/VG-1999-0001").status_code == 404
