"""Invoices behind the link of their order (D6): asked for, until they are made; then to be had as PDF."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import TenantRequest, user_of
from kring.billing.invoicing import asking
from kring.billing.invoicing.documents import invoice_filename, invoice_pdf
from kring.billing.models import Invoice, InvoiceRequest, Order
from kring.web.access import public
from kring.web.downloads import document
from kring.web.invoice_form import InvoiceAddressForm
from kring.web.manage.pages import attempted
from kring.web.public.secret_links import behind_a_secret, order_behind


@dataclass(frozen=True)
class InvoiceCard:
    """What the pages of an order show of its invoice. `last_day`: the last one to ask, where there is one."""

    invoices: list[Invoice]
    request: InvoiceRequest | None
    may_ask: bool
    last_day: object = None


def card_of(order: Order) -> InvoiceCard | None:
    """None where the organisation sends no invoices: no statement then. Else two, three where one was asked for."""
    if (found := asking.settings()) is None:
        return None
    made = list(order.invoices.order_by("position")) if order.invoice_requested_at else []
    request = asking.request_of(order)
    is_open = not made or not asking.is_invoiced(order)
    may_ask = is_open and bool(order.total) and asking.may_ask(order, found)
    return InvoiceCard(made, request, may_ask, asking.last_day(order, found))


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def request_invoice(request: TenantRequest, secret: str) -> HttpResponse:
    order = order_behind(secret, locked=request.method == "POST")
    card = card_of(order)
    if card is None or not order.buyer_email:
        raise Http404
    if not card.may_ask:
        # Made meanwhile, or too late: that page says so.
        return redirect("public:order", secret)
    form = InvoiceAddressForm(request.POST or None, order=order, before=card.request)
    if form.is_valid() and attempted(form, lambda: asking.ask(order, form.address, by=user_of(request))):
        messages.success(request, _("You will get the invoice by email as soon as the order is complete."))
        return redirect("public:payment" if order.is_unpaid else "public:order", secret)
    page = {"order": order, "form": form, "card": card}
    return render(request, "public/invoices/form.html", page, status=422 if form.is_bound else 200)


@public
@require_safe
@behind_a_secret
def invoice_document(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    order = order_behind(secret)
    found = get_object_or_404(Invoice.objects.select_related("organisation").filter(order=order), pk=pk)
    return document(invoice_pdf(found), name=invoice_filename(found))
