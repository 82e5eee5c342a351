"""The accounts as they were last compared, the figures of a month, what was booked and paid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.payments.method import PaymentMethod
from kring.payments.methods import methods
from kring.payments.models import Difference, Payout, ProviderEntry, Reconciliation
from kring.payments.reconciling import figures
from kring.payments.reconciling.figures import Figures
from kring.web.manage.pages import show, show_list
from kring.web.manage.reconciliation.filters import EntryFilter, PayoutFilter
from kring.web.manage.reconciliation.forms import MonthForm
from kring.web.manage.reconciliation.table import EntryTable, PayoutTable, named
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools

MOST_SHOWN = 20


@dataclass(frozen=True)
class ComparedAccount:
    row: Reconciliation
    kind: PaymentMethod
    figures: Sequence[Figures]
    # The provider told nothing of what it pays out.
    lacks_payouts: bool

    @property
    def name(self) -> str:
        return named(self.row.account)


@needs("see_orders")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    form = MonthForm(request.GET if "month" in request.GET else None)
    since, until = form.days
    open_ones = Difference.objects.open()
    return show(
        request,
        "manage/reconciliation/index.html",
        month=since,
        before=since - timedelta(days=1),
        after=until + timedelta(days=1) if until < timezone.localdate() else None,
        accounts=_accounts(figures.between(since, until)),
        differences=list(open_ones.with_what_a_list_shows().order_by("-found_at")[:MOST_SHOWN]),
        number=open_ones.count(),
    )


def _accounts(sums: Mapping[int, list[Figures]]) -> list[ComparedAccount]:
    kinds = {kind.key: kind for kind in methods() if kind.has_ledger}
    rows = Reconciliation.objects.select_related("account").defer("account__keys", "account__old_keys")
    paid_out = set(Payout.objects.order_by().values_list("account", flat=True).distinct())
    return [
        ComparedAccount(row, kinds[row.account.method], sums.get(row.account_id, []), row.account_id not in paid_out)
        for row in rows.order_by("account__mode", "account__method")
        if row.account.method in kinds
    ]


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def entries(request: UserRequest) -> HttpResponse:
    rows = ProviderEntry.objects.all().with_what_a_list_shows()
    return show_list(request, "manage/reconciliation/entries.html", rows, EntryTable, EntryFilter)


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def payouts(request: UserRequest) -> HttpResponse:
    rows = Payout.objects.select_related("account").defer("account__keys", "account__old_keys")
    return show_list(request, "manage/reconciliation/payouts.html", rows, PayoutTable, PayoutFilter)


@needs("see_orders")
@require_safe
@never_cache
def payout(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Payout.objects.select_related("account"), pk=pk)
    rows = found.entries.with_what_a_list_shows().order_by("at", "pk")
    sums = figures.of_payout(found)
    return show(
        request,
        "manage/reconciliation/payout.html",
        payout=found,
        account=named(found.account),
        entries=rows[:1000],
        sums=sums,
        is_explained=sums.left is not None and not sums.left,
    )
