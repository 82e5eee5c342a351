"""What I and mine owe and have paid, paying it, and receipts (M3, C2)."""

from __future__ import annotations

from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.dues import billing_together, bills, own
from kring.web.access import needs_login
from kring.web.downloads import document

PER_PAGE = 25


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    found = own.open_bills_of(request.user)
    payers = [each for each in own.payers_of(request.user) if len(billing_together.can_be_joined(each)) > 1]
    rows = own.contributions_of(request.user).filter(left=0)
    page = {
        "bills": found,
        "total": sum((each.left for each in found if each.is_mine), Decimal(0)),
        "together": payers[:1],
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "mine": {each.pk for each in own.payers_of(request.user)},
        "currency": request.organisation.currency,
    }
    return render(request, "my/dues.html", page)


@needs_login
@require_POST
@never_cache
def together(request: UserRequest) -> HttpResponse:
    """All that is open becomes one bill, and is paid at once."""
    for payer in own.payers_of(request.user):
        if len(billing_together.can_be_joined(payer)) > 1:
            order = billing_together.join(payer, by=request.user)
            return redirect("public:bill", order.secret)
    return redirect("my:dues")


@needs_login
@require_safe
@never_cache
def receipt(request: UserRequest, pk: int) -> HttpResponse:
    """Of a bill they pay themselves: others may stand on it."""
    rows = own.contributions_of(request.user).filter(payer__in=own.payers_of(request.user), order__isnull=False)
    order = get_object_or_404(rows, pk=pk).order
    assert order is not None
    order.organisation = request.organisation
    with dates.written_for(order.language, request.organisation.zone):
        name = bills.bill_filename(order)
    return document(bills.bill_pdf(order, with_address=True), name=name)
