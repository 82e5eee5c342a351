"""The organisation's accounts that collect."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.direct_debit import creditors
from kring.direct_debit.models import CreditorAccount, Mandate
from kring.web.manage.mandates.forms import CreditorForm
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_dues")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show(
        request, "manage/mandates/creditors.html", creditors=CreditorAccount.objects.order_by("retired_at", "pk")
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    organisation = request.organisation
    initial = {"name": organisation.name, "iban": organisation.bank_account}
    form = CreditorForm(request.POST or None, initial=initial)
    if form.is_valid() and attempt(form, lambda: creditors.add(form.values(), by=request.user)) is not None:
        messages.success(request, _("The account has been added."))
        return redirect("manage:creditors")
    return show(
        request,
        "manage/mandates/creditor_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=reverse("manage:creditors"),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def creditor(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CreditorAccount, pk=pk, retired_at=None)
    form = CreditorForm(request.POST or None, instance=get_object_or_404(CreditorAccount, pk=pk))
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: creditors.change(found, form.values(), by=request.user)):
        messages.success(request, _("The account has been saved."))
        return redirect("manage:creditors")
    return show(
        request,
        "manage/mandates/creditor_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        creditor=found,
        back=reverse("manage:creditors"),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def retiring(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CreditorAccount, pk=pk)
    if found.retired_at:
        raise Http404
    if request.method == "POST":
        there = reverse("manage:creditors")
        done = _("Nothing is collected to this account any more.")
        return carry_out(request, lambda: creditors.retire(found, by=request.user), done, there)
    number = Mandate.objects.active().filter(creditor_account=found).count()
    return ask(
        request,
        title=_("Stop collecting to %(account)s?") % {"account": found},
        consequences=[
            _("Mandates in force for this account: %(number)s. Nothing is collected by them any more.")
            % {"number": number}
        ],
        button=_("Stop collecting"),
        back=reverse("manage:creditors"),
    )
