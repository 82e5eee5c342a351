"""The list of contributions with its totals, and one of them with all that happened to it."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.dues import bills, collecting, correcting
from kring.dues.models import Contribution, is_overdue
from kring.web.downloads import document
from kring.web.manage.audit.history import entries_about_contribution
from kring.web.manage.contributions.filters import ContributionFilter
from kring.web.manage.contributions.table import ContributionTable, period
from kring.web.manage.pages import is_htmx, show, show_list
from kring.web.manage.payments.method_labels import label_of
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools

SUMS = ("amount", "received", "pending", "left")


def listed() -> QuerySet[Contribution]:
    """With what a list shows."""
    return Contribution.objects.select_related(
        "member", "type", "order", "payer__member", "payer__guardian__member"
    ).defer("trace")


@needs("see_dues")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    totals = None
    if not is_htmx(request):
        # What is overdue first: afterwards "left" is the name of the sum.
        sums = {"overdue": Sum("left", filter=is_overdue())} | {name: Sum(name) for name in SUMS}
        totals = Contribution.objects.standing().aggregate(**sums, number=Count("pk"))
        totals = {name: value or Decimal(0) for name, value in totals.items()}
    return show_list(
        request,
        "manage/contributions/list.html",
        listed(),
        ContributionTable,
        ContributionFilter,
        table_options={"currency": request.organisation.currency},
        export=reverse("manage:contributions_export"),
        totals=totals,
        currency=request.organisation.currency,
    )


def found(pk: int) -> Contribution:
    rows = Contribution.objects.select_related(
        "member", "type", "run", "order", "line", "waived_by", "corrects", "payer__member", "payer__guardian__member"
    )
    return get_object_or_404(rows, pk=pk)


@needs("see_dues")
@require_safe
@never_cache
def contribution(request: UserRequest, pk: int) -> HttpResponse:
    one = found(pk)
    bill = bills.bill_of(one.order) if one.order else None
    payments = [(each, label_of(each.method)) for each in bill.payments] if bill else []
    return show(
        request,
        "manage/contributions/detail.html",
        contribution=one,
        period=period(one.during),
        currency=request.organisation.currency,
        bill=bill,
        payments=payments,
        others=[each for each in bill.contributions if each.pk != one.pk] if bill else [],
        corrections=one.corrections.order_by("pk"),
        costs_now=correcting.costs_now(one),
        is_collected=bool(one.left) and collecting.is_collected(one.payer_id),
        history=entries_about_contribution(one),
    )


@needs("see_dues")
@require_safe
@never_cache
def bill(request: UserRequest, pk: int) -> HttpResponse:
    order = found(pk).order
    if order is None:
        raise Http404
    order.organisation = request.organisation
    with dates.written_for(order.language, request.organisation.zone):
        name = bills.bill_filename(order)
    return document(bills.bill_pdf(order, with_address=True), name=name)
