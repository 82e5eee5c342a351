"""Invoices and credit notes, as they were made (D6)."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.billing.einvoicing import channels
from kring.billing.invoicing import asking, crediting, numbering
from kring.billing.invoicing.contents import Contents
from kring.billing.invoicing.documents import invoice_filename, invoice_pdf
from kring.billing.models import Invoice, InvoiceDelivery
from kring.forms import countries
from kring.web.downloads import document
from kring.web.manage.invoices import delivery_views
from kring.web.manage.invoices.filters import InvoiceFilter
from kring.web.manage.invoices.table import InvoiceTable
from kring.web.manage.pages import show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools


@needs("see_invoices")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    deliveries = Prefetch("deliveries", InvoiceDelivery.objects.defer("document", "receipt"))
    rows = Invoice.objects.select_related("order").prefetch_related(deliveries).defer("contents")
    return show_list(
        request,
        "manage/invoices/list.html",
        rows,
        InvoiceTable,
        InvoiceFilter,
        incomplete=numbering.with_gaps(),
        sends=asking.settings() is not None,
    )


@needs("see_invoices")
@require_safe
@never_cache
def invoice(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Invoice.objects.select_related("order", "corrects"), pk=pk)
    delivery = found.deliveries.select_related("invoice").defer("document", "receipt").first()
    left = crediting.left_of(found).total if not found.is_credit else None
    return show(
        request,
        "manage/invoices/detail.html",
        invoice=found,
        contents=(contents := Contents.read(found.contents)),
        country=countries.name(contents.buyer.country),
        notes=found.credit_notes.order_by("pk"),
        asked=found.order.invoice_requests.first(),
        left=left,
        delivery=delivery,
        channel=channels().get(delivery.channel) if delivery else None,
        stamps=channels()[delivery.channel].stamps(delivery) if delivery and delivery.channel in channels() else [],
        has_file=found.deliveries.exclude(document=None).exists(),
        can_be_noted=delivery is not None and delivery_views.can_be_noted(delivery),
        can_be_sent_again=delivery is not None and delivery_views.can_be_sent_again(delivery),
    )


@needs("see_invoices")
@require_safe
def invoice_document(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Invoice.objects.select_related("organisation"), pk=pk)
    return document(invoice_pdf(found), name=invoice_filename(found))
