"""The organisation's list of kinds of payment at the box office."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.box_office import kinds
from kring.box_office.models import SaleKind
from kring.web.manage.box_office.forms import KindForm
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """By POST: the usual kinds, where there are none yet."""
    if request.method == "POST":
        kinds.begin()
        return redirect("manage:sale_kinds")
    rows = SaleKind.objects.all()
    return show(request, "manage/box_office/kinds.html", kinds=rows, back=reverse("manage:settings"))


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = KindForm(request.POST or None)
    if form.is_valid() and (made := attempt(form, lambda: kinds.add(**form.given()))):
        messages.success(request, _("“%(name)s” has been added.") % {"name": made})
        return redirect("manage:sale_kinds")
    return _form(request, form)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SaleKind, pk=pk)
    form = KindForm(request.POST or None, kind=found)
    merge(request, form)

    if form.is_valid() and attempted(form, lambda: kinds.change(found, **form.given())):
        messages.success(request, _("“%(name)s” has been saved.") % {"name": found})
        return redirect("manage:sale_kinds")
    return _form(request, form, found)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SaleKind, pk=pk)
    back = reverse("manage:sale_kind", args=[pk])
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": found}
        return carry_out(request, lambda: kinds.remove(found), done, reverse("manage:sale_kinds"), back)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[_("A kind that was used in a sale cannot be removed.")],
        button=_("Remove"),
        back=back,
    )


@needs("manage_settings")
@require_POST
def position(request: UserRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    kinds.move(get_object_or_404(SaleKind, pk=pk), up=request.POST.get("to") == "up")
    return redirect("manage:sale_kinds")


def _form(request: UserRequest, form: KindForm, kind: SaleKind | None = None) -> HttpResponse:
    status, back = 422 if form.is_bound else 200, reverse("manage:sale_kinds")
    return show(request, "manage/box_office/kind.html", status=status, form=form, kind=kind, back=back)
