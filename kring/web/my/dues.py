"""What I and mine owe and have paid, paying it, and receipts (M3, C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.dues import billing_together, bills, own
from kring.dues.donations import receipts
from kring.dues.models import Payer, ReminderPause
from kring.dues.own import OwnBill
from kring.dues.reminding import pausing
from kring.web.access import needs_login
from kring.web.downloads import document
from kring.web.promise_form import PromiseForm

PER_PAGE = 25


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return _page(request)


def _page(request: UserRequest, form: PromiseForm | None = None) -> HttpResponse:
    found = own.open_bills_of(request.user)
    mine = own.payers_of(request.user)
    joined = [each for each in mine if len(billing_together.can_be_joined(each)) > 1]
    paying = _may_promise(found, mine)
    longest = pausing.longest_by_payer() if paying else timedelta()
    promises = ReminderPause.objects.filter(payer__in=paying, kind=ReminderPause.Kind.PROMISED) if paying else None
    rows = own.contributions_of(request.user).filter(left=0)
    page = {
        "bills": found,
        "total": sum((each.left for each in found if each.is_mine), Decimal(0)),
        "together": joined[:1],
        "form": form or (PromiseForm(longest=longest) if longest else None),
        "promise": promises.in_force().first() if promises is not None else None,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "mine": {each.pk for each in mine},
        "donations": receipts.of_user(request.user).defer("contents"),
        "currency": request.organisation.currency,
    }
    return render(request, "my/dues.html", page, status=422 if form else 200)


def _may_promise(bills: Sequence[OwnBill], payers: Sequence[Payer]) -> list[Payer]:
    """As whom they owe what neither is collected nor under way."""
    waiting = [each for each in bills if each.is_mine and not each.is_collected and not each.pending]
    keys = {each.payer_id for bill in waiting for each in bill.contributions}
    return [each for each in payers if each.pk in keys]


@needs_login
@require_POST
@never_cache
def promise(request: UserRequest) -> HttpResponse:
    """They pay all that is open by this day, and are not reminded until then."""
    paying = _may_promise(own.open_bills_of(request.user), own.payers_of(request.user))
    form = PromiseForm(request.POST, longest=pausing.longest_by_payer())
    if paying and form.note(paying):
        messages.success(request, _("Thank you: we have noted the day."))
    elif paying:
        return _page(request, form)
    return redirect("my:dues")


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
def donations(request: UserRequest, pk: int) -> HttpResponse:
    """A receipt for the tax return."""
    found = get_object_or_404(receipts.of_user(request.user), pk=pk)
    with dates.written_for(found.language, request.organisation.zone):
        name = receipts.filename_of(found)
    return document(receipts.document_of(found), name=name)


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
