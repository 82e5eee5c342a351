"""Differences: what each is, what to do, and what staff did."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import money
from kring.payments import splitting
from kring.payments.models import Difference, Payment
from kring.payments.reconciling import deciding
from kring.web.manage.pages import ask, attempt, saved, show, show_list
from kring.web.manage.reconciliation.filters import DifferenceFilter
from kring.web.manage.reconciliation.forms import BookingForm, NoteForm
from kring.web.manage.reconciliation.table import DifferenceTable, named
from kring.web.manage.reconciliation.words import TO_DO
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = Difference.objects.all().with_what_a_list_shows()
    return show_list(request, "manage/reconciliation/differences.html", rows, DifferenceTable, DifferenceFilter)


@needs("see_orders")
@require_safe
@never_cache
def difference(request: UserRequest, pk: int) -> HttpResponse:
    found = _difference(pk)
    return show(
        request,
        "manage/reconciliation/difference.html",
        difference=found,
        account=named(found.account),
        to_do=TO_DO[found.kind],
        can_book=_can_book(found),
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def seen(request: UserRequest, pk: int) -> HttpResponse:
    found, back = _difference(pk), reverse("manage:difference", args=[pk])
    if not found.is_open:
        return redirect(back)
    form = NoteForm(request.POST or None)
    if saved(request, form, partial(deciding.see, found, by=request.user), _("It is not among the tasks any more.")):
        return redirect("manage:reconciliation")
    return ask(
        request,
        title=_("Have you seen to it?"),
        consequences=[
            _("It stays in the list of differences with your note, and comes back if it becomes another sum."),
        ],
        form=form,
        button=_("Seen to"),
        back=back,
        tone="primary",
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def booking(request: UserRequest, pk: int) -> HttpResponse:
    found, back = _difference(pk), reverse("manage:difference", args=[pk])
    if found.kind != Difference.Kind.UNKNOWN_MONEY:
        raise Http404
    if not _can_book(found):
        return redirect(back)
    form = BookingForm(request.POST or None)

    def book() -> Payment:
        return deciding.book(found, number=form.cleaned_data["number"], by=request.user)

    if form.is_valid() and attempt(form, book, {splitting.UnknownOrder: "number"}) is not None:
        messages.success(request, _("The money is booked on this order."))
        return redirect("manage:order", form.cleaned_data["number"])
    assert found.theirs is not None
    facts = {"amount": money.say(found.theirs, found.currency), "account": named(found.account)}
    return ask(
        request,
        title=_("Book it on an order"),
        consequences=[
            _("%(amount)s of %(account)s is recorded as a transfer received for this order.") % facts,
            _("An order that is paid by it is completed, and its tickets are emailed."),
        ],
        form=form,
        button=_("Book"),
        back=back,
        tone="primary",
    )


def _difference(pk: int) -> Difference:
    return get_object_or_404(Difference.objects.all().with_what_a_list_shows(), pk=pk)


def _can_book(difference: Difference) -> bool:
    lasts = difference.state != Difference.State.SETTLED
    return difference.kind == Difference.Kind.UNKNOWN_MONEY and lasts and not difference.account.is_test
