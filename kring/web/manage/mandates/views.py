"""Mandates: the list, one of them, and what ends or stops it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.direct_debit import adopting, creditors, documents, mandates
from kring.direct_debit.models import Mandate, MandateVersion
from kring.web.downloads import document
from kring.web.manage.audit.history import entries_about
from kring.web.manage.mandates.filters import MandateFilter
from kring.web.manage.mandates.forms import EndForm, StopForm
from kring.web.manage.mandates.table import MandateTable
from kring.web.manage.pages import ask, attempted, carry_out, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.uploads import handed_in


@needs("manage_dues")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    in_force = MandateVersion.objects.in_force().filter(mandate=OuterRef("pk"))
    rows = Mandate.objects.with_people().annotate(iban=Subquery(in_force.values("iban")[:1]))
    applications, accounts = adopting.number_to_adopt()
    return show_list(
        request,
        "manage/mandates/list.html",
        rows,
        MandateTable,
        MandateFilter,
        number_to_adopt=applications + accounts,
        has_creditor=creditors.usual() is not None,
    )


@needs("manage_dues")
@require_safe
@never_cache
def mandate(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


@needs("see_bank_accounts")
@require_POST
@never_cache
def account(request: UserRequest, pk: int) -> HttpResponse:
    """The whole number: each look at it is in the log."""
    found = _found(pk)
    version = mandates.version_of(found)
    return _page(request, found, shown=mandates.account_seen(version, by=request.user))


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ending(request: UserRequest, pk: int) -> HttpResponse:
    found = _active(pk)
    form = EndForm(request.POST or None)

    def end() -> None:
        act = mandates.revoke if form.cleaned_data["state"] == Mandate.State.REVOKED else mandates.end
        act(found, by=request.user, reason=form.cleaned_data["reason"])

    if form.is_valid() and attempted(form, end):
        messages.success(request, _("The mandate has ended."))
        return redirect("manage:mandate", pk)
    return ask(
        request,
        title=_("End mandate %(reference)s?") % {"reference": found.reference},
        consequences=[
            _("Nothing is collected by it any more, also not what was announced. The payer gets an email."),
            _("The mandate and its evidence are kept: banks may ask for them for 14 months and longer."),
        ],
        form=form,
        button=_("End mandate"),
        back=reverse("manage:mandate", args=[pk]),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stopping(request: UserRequest, pk: int) -> HttpResponse:
    found = _active(pk)
    form = StopForm(request.POST or None)
    if form.is_valid() and attempted(form, lambda: mandates.stop(found, form.cleaned_data["why"], by=request.user)):
        messages.success(request, _("Nothing is collected by this mandate for the time being."))
        return redirect("manage:mandate", pk)
    return ask(
        request,
        title=_("Stop collecting by mandate %(reference)s?") % {"reference": found.reference},
        consequences=[_("It stays in force, and nothing is collected by it until you resume.")],
        form=form,
        button=_("Stop collecting"),
        back=reverse("manage:mandate", args=[pk]),
        tone="primary",
    )


@needs("manage_dues")
@require_POST
def resuming(request: UserRequest, pk: int) -> HttpResponse:
    found = _active(pk)
    there = reverse("manage:mandate", args=[pk])
    return carry_out(
        request, lambda: mandates.resume(found, by=request.user), _("It is collected by this mandate again."), there
    )


@needs("manage_dues")
@require_POST
def final(request: UserRequest, pk: int) -> HttpResponse:
    """Whether the next collection is the last: the other way round than it is."""
    found = _active(pk)
    wanted = "final" in request.POST
    done = _("The next collection is the last.") if wanted else _("The next collection is not the last.")
    there = reverse("manage:mandate", args=[pk])
    return carry_out(request, lambda: mandates.finish_with_next(found, is_final=wanted, by=request.user), done, there)


@needs("manage_dues")
@require_safe
@never_cache
def document_of(request: UserRequest, pk: int) -> HttpResponse:
    """The mandate as a PDF, with the shortened number."""
    found = _found(pk)
    return document(documents.mandate_pdf(found), name=f"mandate-{pk}.pdf")


@needs("manage_dues")
@require_safe
def evidence(request: UserRequest, pk: int, number: int) -> HttpResponseBase:
    version = get_object_or_404(MandateVersion.objects.select_related("upload"), mandate=pk, number=number)
    return handed_in(version.upload)


def _page(request: UserRequest, found: Mandate, shown: str = "") -> HttpResponse:
    versions = list(found.versions.select_related("upload", "created_by", "agreed_by"))
    return show(
        request,
        "manage/mandates/detail.html",
        mandate=found,
        version=next(each for each in versions if each.number == found.number),
        versions=versions,
        shown=shown,
        history=entries_about(found),
    )


def _found(pk: int) -> Mandate:
    found: Mandate = get_object_or_404(Mandate.objects.with_people().select_related("set_up_by"), pk=pk)
    return found


def _active(pk: int) -> Mandate:
    found = _found(pk)
    if not found.is_active:
        raise Http404
    return found
