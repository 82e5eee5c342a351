"""What members owe: the page of tables and rules, and the tables themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.dues.fees import keeping
from kring.dues.kinds import ReductionKind
from kring.dues.models import FeeTable, MemberFee, Reduction, Surcharge
from kring.members.models import MembershipType
from kring.web.manage.fees.forms import FeeTableForm
from kring.web.manage.pages import ask, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


class TablesOfType(NamedTuple):
    """The newest first; `current`: the one for periods that begin today."""

    type: MembershipType
    tables: list[FeeTable]
    current: FeeTable | None


@needs("see_dues")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    found = FeeTable.objects.select_related("type").prefetch_related("rows")
    tables = list(_by_type(found.order_by("type__position", "type__name", "type_id", "-valid_from")))
    known = {each.type.pk for each in tables}
    return show(
        request,
        "manage/fees/list.html",
        types=tables,
        without=[each for each in MembershipType.objects.in_use() if each.pk not in known],
        reductions=Reduction.objects.select_related("type", "member", "household"),
        surcharges=Surcharge.objects.select_related("type"),
        kinds=ReductionKind,
        agreed=MemberFee.objects.exclude(amount=None, frequency="", is_exempt=False)
        .select_related("member")
        .order_by("member__sorting")[:MOST],
        today=timezone.localdate(),
    )


MOST = 200


def _by_type(tables: Iterable[FeeTable]) -> Iterable[TablesOfType]:
    today = timezone.localdate()
    for kind, theirs in groupby(tables, key=lambda table: table.type):
        rows = list(theirs)
        yield TablesOfType(kind, rows, next((each for each in rows if each.valid_from <= today), None))


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    """`?from=`: begins as a copy of that table."""
    copied = FeeTable.objects.filter(pk=request.GET["from"]).first() if request.GET.get("from", "").isdigit() else None
    first = date(timezone.localdate().year, 1, 1)
    form = FeeTableForm(request.POST or None, instance=FeeTable(valid_from=first, begins_on=first))
    if copied:
        like = FeeTableForm(None, instance=copied)
        form.initial.update(like.initial)
        form.initial["valid_from"] = None
    elif request.GET.get("type", "").isdigit():
        form.initial["type"] = request.GET["type"]
    return _page(request, form, None)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(FeeTable.objects.select_related("type"), pk=pk)
    form = FeeTableForm(request.POST or None, instance=found)
    merge(request, form)
    return _page(request, form, found)


def _page(request: UserRequest, form: FeeTableForm, table: FeeTable | None) -> HttpResponse:
    if form.is_valid() and attempted(form, lambda: keeping.save_table(form.instance, form.rows)):
        messages.success(request, _("The fee table has been saved. Contributions that were made stay as they are."))
        return redirect("manage:fees")
    return show(
        request,
        "manage/fees/table_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        table=table,
        back=reverse("manage:fees"),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(FeeTable.objects.select_related("type"), pk=pk)
    if request.method == "POST":
        done = _("The fee table has been removed.")
        return carry_out(request, lambda: keeping.remove_table(found), done, reverse("manage:fees"))
    return ask(
        request,
        title=_("Remove this fee table of %(type)s?") % {"type": found.type},
        consequences=[_("Contributions that were made stay as they are; no more are made by it.")],
        button=_("Remove fee table"),
        back=reverse("manage:fee_table", args=[pk]),
    )
