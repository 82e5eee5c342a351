"""All invoices of a period: as an archive of documents, and as a ledger for the bookkeeper. Tests are in neither."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _

from kring.billing.invoicing import refusals
from kring.billing.invoicing.contents import Contents, Tax
from kring.billing.invoicing.documents import invoice_filename, invoice_pdf
from kring.billing.models import Invoice, InvoiceDelivery, InvoiceQuerySet
from kring.core.spreadsheet import Sheet, write_csv, write_xlsx

# Each takes a twentieth of a second.
MOST_IN_ARCHIVE = 1000
FORMS = ("zip", "xml", "xlsx", "csv")
KINDS = ("date", *["text"] * 7, "number", *["money"] * 3, "text", "text")
# A zip knows no earlier day; the same invoices give the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def of(since: date, until: date) -> InvoiceQuerySet:
    """By their dates, both included, in the order of their numbers."""
    rows: InvoiceQuerySet = Invoice.objects.real().filter(issued_on__gte=since, issued_on__lte=until)
    return rows.select_related("order", "corrects", "organisation").order_by("prefix", "year", "sequence")


def archive(file: IO[bytes], invoices: InvoiceQuerySet) -> int:
    """A zip of the PDFs, each with its e-invoice inside; how many. Raises TooManyInvoices."""
    number = invoices.count()
    if number > MOST_IN_ARCHIVE:
        raise refusals.TooManyInvoices(most=MOST_IN_ARCHIVE)
    # PDFs are compressed already.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
        for invoice in invoices.iterator(chunk_size=100):
            made.writestr(zipfile.ZipInfo(invoice_filename(invoice), NO_TIME), invoice_pdf(invoice))
    return number


def files(file: IO[bytes], invoices: InvoiceQuerySet) -> int:
    """A zip of what was, or is to be, handed over as files; how many."""
    rows = InvoiceDelivery.objects.filter(invoice__in=invoices.order_by().values("pk")).exclude(document=None)
    rows = rows.select_related("invoice__organisation").order_by("invoice__prefix", "invoice__sequence", "pk")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for each in rows.iterator(chunk_size=100):
            name = f"{invoice_filename(each.invoice).removesuffix('pdf')}xml"
            made.writestr(zipfile.ZipInfo(name, NO_TIME), bytes(each.document or b""))
        return len(made.namelist())


def ledger(file: IO[bytes], invoices: InvoiceQuerySet, *, form: str) -> int:
    """A row for each document and rate, as csv or xlsx; how many. Credit notes are below zero."""
    rows = (row for invoice in invoices.iterator(chunk_size=500) for row in _rows(invoice))
    if form == "csv":
        return write_csv(file, _heads(), rows)
    return write_xlsx(file, [Sheet(_("Sales ledger"), _heads(), KINDS, rows)])


def _heads() -> list[str]:
    return [
        *(_("Date"), _("Number"), _("Kind"), _("Order"), _("Buyer"), _("Country"), _("VAT number")),
        *(_("VAT category"), _("VAT, %"), _("Without VAT"), _("VAT amount"), _("With VAT"), _("Currency")),
        _("Corrects"),
    ]


def _rows(invoice: Invoice) -> Iterator[list[object]]:
    contents = Contents.read(invoice.contents)
    for tax in contents.taxes:
        yield [
            invoice.issued_on,
            invoice.number,
            invoice.get_kind_display(),
            contents.order,
            contents.buyer.name,
            contents.buyer.country,
            contents.buyer.vat_number,
            tax.category,
            tax.rate,
            *_amounts(invoice, tax),
            invoice.currency,
            contents.corrects,
        ]


def _amounts(invoice: Invoice, tax: Tax) -> list[Decimal]:
    sign = -1 if invoice.is_credit else 1
    return [sign * amount for amount in (tax.net, tax.vat, tax.gross)]
