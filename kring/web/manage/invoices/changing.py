"""What staff do about invoices: one for an order, a credit note, a correction. None is changed."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.billing.invoicing import asking, crediting, issuing
from kring.billing.models import Invoice, InvoiceRequest, Order
from kring.core import money
from kring.core.form_fields import AmountField
from kring.web.invoice_form import InvoiceAddressForm
from kring.web.manage.pages import ask, attempt, attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.reason_form import ReasonForm


class CreditForm(ReasonForm):
    """The reason is on the credit note."""

    field_order = ("amount", "reason")
    amount = AmountField(label=gettext_lazy("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))

    def __init__(self, data: QueryDict | None = None, *, left: Decimal) -> None:
        super().__init__(data, initial={"amount": left})
        self.fields["reason"].help_text = _("Shown on the credit note.")


@needs("change_invoices")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_order(request: UserRequest, number: str) -> HttpResponse:
    """Ask for the invoice in the buyer's place; it is made at once where the order is complete."""
    order = get_object_or_404(Order.objects.exclude(buyer_email=""), number=number)
    if asking.settings() is None:
        return redirect("manage:invoice_settings")
    form = InvoiceAddressForm(request.POST or None, order=order, before=asking.request_of(order))

    def make() -> InvoiceRequest:
        asked = asking.ask(order, form.address, by=request.user, is_staff=True)
        issuing.issue(order)
        return asked

    if form.is_valid() and attempted(form, make):
        messages.success(request, _("The invoice is on its way, or is made as soon as the order is complete."))
        return redirect("manage:order", number)
    return show(
        request,
        "manage/invoices/address.html",
        status=422 if form.is_bound else 200,
        form=form,
        title=_("Invoice for order %(number)s") % {"number": number},
        back=reverse("manage:order", args=[number]),
    )


@needs("change_invoices")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def credit(request: UserRequest, pk: int) -> HttpResponse:
    """A credit note by hand, for an amount: refunds bring theirs by themselves."""
    invoice, left = _invoice(pk)
    form = CreditForm(request.POST or None, left=left)
    back = reverse("manage:invoice", args=[pk])

    def give() -> list[Invoice]:
        data = form.cleaned_data
        return crediting.credit(invoice.order, amount=data["amount"], why=data["reason"], by=request.user)

    if form.is_valid() and attempt(form, give) is not None:
        messages.success(request, _("The credit note has been made and sent."))
        return redirect(back)
    facts = {"number": invoice.number, "left": money.say(left, invoice.currency)}
    return ask(
        request,
        title=_("Credit note for invoice %(number)s") % facts,
        consequences=[
            _("%(left)s of this invoice is left.") % facts,
            _("This moves no money: a refund brings its credit note by itself."),
        ],
        form=form,
        button=_("Make credit note"),
        back=back,
        tone="primary",
    )


@needs("change_invoices")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correction(request: UserRequest, pk: int) -> HttpResponse:
    """Another address: a credit note for all that is left, and a new invoice."""
    invoice, _left = _invoice(pk)
    form = InvoiceAddressForm(request.POST or None, order=invoice.order, before=asking.request_of(invoice.order))
    if form.is_valid() and attempted(form, lambda: crediting.correct(invoice, form.address, by=request.user)):
        messages.success(request, _("The credit note and the new invoice have been made and sent."))
        return redirect("manage:order", invoice.order.number)
    return show(
        request,
        "manage/invoices/address.html",
        status=422 if form.is_bound else 200,
        form=form,
        title=_("Correct invoice %(number)s") % {"number": invoice.number},
        is_correction=True,
        back=reverse("manage:invoice", args=[pk]),
    )


def _invoice(pk: int) -> tuple[Invoice, Decimal]:
    """And what is left of it. 404 where nothing is."""
    found = get_object_or_404(Invoice.objects.select_related("order").filter(kind=Invoice.Kind.INVOICE), pk=pk)
    left = crediting.left_of(found).total
    if not left and (found.total or found.credit_notes.exists()):
        raise Http404
    return found, left
