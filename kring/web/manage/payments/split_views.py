"""The treasurer books a transfer on the orders it is for (C4): first what arrived, then how it is divided."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core import money
from kring.payments import splitting
from kring.web.manage.pages import attempted, show
from kring.web.manage.payments.split_forms import ArrivedForm, SharesForm
from kring.web.manage.rights import needs


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def transfer(request: UserRequest) -> HttpResponse:
    """What arrived is in the address of the second step, which so can be reloaded."""
    arrived = ArrivedForm(request.GET if "amount" in request.GET else None)
    if not arrived.is_valid():
        status = 422 if arrived.is_bound else 200
        return show(request, "manage/payments/arrived.html", status=status, form=arrived, back=reverse("manage:orders"))
    if request.method == "POST" and splitting.is_booked(request.POST.get("key", "")):
        # The second click of two: the first one was effective.
        return redirect("manage:orders")
    found = splitting.proposals(arrived.arrived)
    suggested = splitting.suggested(arrived.arrived, found)
    form = SharesForm(request.POST or None, found=found, suggested=suggested)

    def book() -> None:
        given = form.cleaned_data
        splitting.book(arrived.arrived, form.shares, key=given["key"], by=request.user, is_another=given["is_another"])

    if form.is_valid() and attempted(form, book):
        text = ngettext(
            "%(amount)s is booked on %(n)s order.", "%(amount)s is booked on %(n)s orders.", len(form.shares)
        )
        currency = request.organisation.currency
        facts = {"amount": money.say(arrived.arrived.amount, currency), "n": len(form.shares)}
        messages.success(request, text % facts)
        return redirect("manage:order", next(iter(form.shares))) if len(form.shares) == 1 else redirect("manage:orders")
    return show(
        request,
        "manage/payments/split.html",
        status=422 if form.is_bound else 200,
        form=form,
        arrived=arrived.arrived,
        title=_("Divide the transfer"),
    )
