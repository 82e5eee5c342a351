"""Invoices and credit notes, to be read (D6): they are made by being asked for, and never changed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.paging import Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Money, money
from kring.billing.invoicing.contents import Contents
from kring.billing.invoicing.documents import invoice_filename, invoice_pdf
from kring.billing.models import Invoice

# Under a name of its own in the description: events have a kind too.
InvoiceKind = StrEnum("InvoiceKind", {each.name: each.value for each in Invoice.Kind})  # type: ignore[misc]

router = Router(tags=["invoices"])
Number = Annotated[str, Path(max_length=40, pattern=NO_NUL, description="As on the invoice: `VG-2026-0042`.")]
PDF = {"responses": {200: {"description": "OK", "content": {"application/pdf": {"schema": {"type": "string"}}}}}}


class InvoicePeriod(BaseModel):
    since: date | None = Field(None, description="Made on this day or later.")
    until: date | None = Field(None, description="Made on this day or before.")


class InvoiceLineOut(BaseModel):
    text: str
    net: Money
    gross: Money = Field(description="VAT included.")
    vat_rate: Money = Field(description="Per cent.")
    category: str = Field(description="EN 16931: S standard, Z zero rate, E exempt.")


class InvoiceTaxOut(BaseModel):
    category: str
    vat_rate: Money
    net: Money
    vat: Money
    rounding: Money = Field(description="What net and VAT differ from the price by: a cent at most, mostly nothing.")
    reason: str = Field(description="Why exempt, in the language of the invoice.")


class InvoiceOut(BaseModel):
    number: str
    kind: InvoiceKind
    order: str
    issued_on: date
    currency: str
    total: Money = Field(description="VAT included; of a credit note what goes back, above zero.")
    paid: Money
    buyer: str
    buyer_country: str
    buyer_vat_number: str
    reference: str = Field(description="The buyer's.")
    is_test: bool
    corrects: str = Field(description="Of a credit note: the number of its invoice.")
    lines: list[InvoiceLineOut]
    taxes: list[InvoiceTaxOut]


@router.get("", auth=Token("invoices"), response={200: Page[InvoiceOut]} | ANY, operation_id="list_invoices")
def list_invoices(
    request: ApiRequest, page_request: RequestedPage, period: Annotated[InvoicePeriod, Query()]
) -> Page[InvoiceOut]:
    """In the order they were made; those of test mode too."""
    rows = Invoice.objects.select_related("order")
    if period.since:
        rows = rows.filter(issued_on__gte=period.since)
    if period.until:
        rows = rows.filter(issued_on__lte=period.until)
    return page(Page[InvoiceOut], rows, page_request, _show)


@router.get(
    "/{number}", auth=Token("invoices"), response={200: InvoiceOut, 404: Problem} | ANY, operation_id="get_invoice"
)
def get_invoice(request: ApiRequest, number: Number) -> InvoiceOut:
    return _show(get_object_or_404(Invoice.objects.select_related("order"), number=number))


@router.get(
    "/{number}/pdf",
    auth=Token("invoices"),
    response={404: Problem} | ANY,
    operation_id="get_invoice_pdf",
    openapi_extra=PDF,
)
def get_invoice_pdf(request: ApiRequest, number: Number) -> HttpResponse:
    """PDF/A-3 with the e-invoice inside (Factur-X, EN 16931)."""
    found = get_object_or_404(Invoice.objects.select_related("organisation"), number=number)
    answer = HttpResponse(invoice_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{invoice_filename(found)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _show(invoice: Invoice) -> InvoiceOut:
    contents = Contents.read(invoice.contents)
    return InvoiceOut(
        number=invoice.number,
        kind=InvoiceKind(invoice.kind),
        order=contents.order,
        issued_on=invoice.issued_on,
        currency=invoice.currency,
        total=money(invoice.total),
        paid=money(contents.paid),
        buyer=contents.buyer.name,
        buyer_country=contents.buyer.country,
        buyer_vat_number=contents.buyer.vat_number,
        reference=contents.reference,
        is_test=invoice.is_test,
        corrects=contents.corrects,
        lines=[
            InvoiceLineOut(
                text=each.text,
                net=money(each.net),
                gross=money(each.gross),
                vat_rate=money(each.rate),
                category=each.category,
            )
            for each in contents.lines
        ],
        taxes=[
            InvoiceTaxOut(
                category=each.category,
                vat_rate=money(each.rate),
                net=money(each.net),
                vat=money(each.vat),
                rounding=money(each.rounding),
                reason=each.reason,
            )
            for each in contents.taxes
        ],
    )
