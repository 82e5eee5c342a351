"""Shifts: what was taken in each, closing it, its report. The treasurer sees all, others their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.box_office import shifts
from kring.box_office.documents import shift_filename, shift_pdf
from kring.box_office.models import Shift, ShiftQuerySet, Taking
from kring.web.downloads import document
from kring.web.manage.box_office.filters import ShiftFilter
from kring.web.manage.box_office.forms import ClosingForm
from kring.web.manage.box_office.table import ShiftTable
from kring.web.manage.pages import attempt, show, show_list
from kring.web.manage.rights import may_by_role, needs
from kring.web.manage.shared.list_tools import list_tools


def shifts_of(request: UserRequest) -> ShiftQuerySet:
    rows: ShiftQuerySet = Shift.objects.select_related("seller", "closed_by")
    return rows if may_by_role(request, "change_orders") else rows.of_seller(request.user)


@needs("sell_tickets")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show_list(request, "manage/box_office/shifts.html", shifts_of(request), ShiftTable, ShiftFilter)


@needs("sell_tickets")
@require_safe
@never_cache
def shift(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(shifts_of(request), pk=pk)
    takings = Taking.objects.filter(shift=found).with_what_a_list_shows()
    figures = shifts.figures(found)
    return show(request, "manage/box_office/shift.html", shift=found, figures=figures, takings=takings)


@needs("sell_tickets")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def closing(request: UserRequest, pk: int) -> HttpResponse:
    """What is expected is shown after the counting: who knows it beforehand counts no more."""
    found = get_object_or_404(shifts_of(request), pk=pk)
    form = ClosingForm(request.POST or None)

    def close() -> Shift:
        return shifts.close(found, **form.cleaned_data, by=request.user)

    if form.is_valid() and attempt(form, close) is not None:
        messages.success(request, _("The shift is closed."))
        return redirect("manage:shift", pk)
    status, back = 422 if form.is_bound else 200, reverse("manage:shift", args=[pk])
    return show(request, "manage/box_office/closing.html", status=status, form=form, shift=found, back=back)


@needs("sell_tickets")
@require_safe
@never_cache
def report(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(shifts_of(request).select_related("organisation"), pk=pk)
    takings = Taking.objects.filter(shift=found).with_what_a_list_shows()
    content = shift_pdf(found, list(takings), get_language() or "en")
    return document(content, name=shift_filename(found), inline=True)
