"""Collecting contributions from accounts that payers keep at the payment provider (C3)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates, money
from kring.direct_debit import provider_collecting
from kring.direct_debit.models import ProviderCollection, ProviderMandate
from kring.web.manage.pages import ask, attempt, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator

PER_PAGE = 50
# Of a list of names on the dry run.
SHOWN = 500


class DayForm(forms.Form):
    collect_on = forms.DateField(
        label=gettext_lazy("Collect on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


@needs("release_collections")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    page = ForgivingPaginator(ProviderCollection.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    payers = ProviderMandate.objects.in_force().count()
    return show(
        request,
        "manage/provider_collections/list.html",
        page=page,
        payers=payers,
        currency=request.organisation.currency,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    """GET shows what would be collected; POST announces it."""
    day = provider_collecting.earliest()
    form = DayForm(request.POST or request.GET or None, initial={"collect_on": day})
    if form.is_valid():
        day = form.cleaned_data["collect_on"]
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            made = attempt(form, lambda: provider_collecting.announce(day, seen=seen, by=request.user))
            if made is not None:
                messages.success(request, _("Announced: each payer gets an email."))
                return redirect("manage:provider_collection", made.pk)
    status = 422 if form.errors else 200
    return show(
        request,
        "manage/provider_collections/new.html",
        status=status,
        form=form,
        plan=provider_collecting.plan(day),
        currency=request.organisation.currency,
    )


@needs("release_collections")
@require_safe
@never_cache
def collection(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ProviderCollection.objects.select_related("prepared_by", "released_by"), pk=pk)
    rows = found.debits.select_related("contribution__member", "contribution__order", "means", "payment")
    page = ForgivingPaginator(rows, SHOWN).get_page(request.GET.get("page"))
    needs_other = found.needs_two and found.prepared_by_id == request.user.pk
    return show(
        request,
        "manage/provider_collections/detail.html",
        collection=found,
        page=page,
        needs_other=needs_other,
        currency=request.organisation.currency,
    )


@needs("release_collections")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def releasing(request: UserRequest, pk: int) -> HttpResponse:
    found, there = get_object_or_404(ProviderCollection, pk=pk), reverse("manage:provider_collection", args=[pk])
    if request.method == "POST":
        done = _("Released: it is charged on its day.")
        return carry_out(request, lambda: provider_collecting.release(found, by=request.user), done, there)
    facts = {
        "day": dates.day(found.collect_on),
        "amount": money.say(found.total, request.organisation.currency),
        "number": found.number,
    }
    return ask(
        request,
        title=_("Release this collection?"),
        consequences=[
            _("On %(day)s the payment service charges %(amount)s; contributions announced: %(number)s.") % facts,
            _("What has changed since the notice is left out: paid, waived, withdrawn."),
        ],
        button=_("Release"),
        back=there,
        tone="primary",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def calling_off(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ProviderCollection, pk=pk)
    if request.method == "POST":
        done, there = _("Called off: each payer gets an email."), reverse("manage:provider_collection", args=[pk])
        return carry_out(request, lambda: provider_collecting.call_off(found, by=request.user), done, there)
    return ask(
        request,
        title=_("Call off this collection"),
        consequences=[_("Nothing is charged. The payers, who were told of it, get an email.")],
        button=_("Call off"),
        back=reverse("manage:provider_collection", args=[pk]),
    )
