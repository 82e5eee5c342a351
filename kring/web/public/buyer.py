"""Correcting the buyer, behind the link of the order (R7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest, user_of
from kring.registrations.correcting import CorrectingIsOver
from kring.registrations.correcting_buyers import may_correct_buyer
from kring.web.access import public
from kring.web.correcting import asks_registries_first
from kring.web.correcting_buyers import BuyerForm
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.summary import Summary


@asks_registries_first
@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def buyer(request: TenantRequest, secret: str, is_consulted: bool) -> HttpResponse:
    """The page on GET, the change on POST; then on to the new link. Raises CorrectingIsOver."""
    order = order_behind(secret, locked=request.method == "POST")
    summary = Summary(order)
    if summary.event is None or not may_correct_buyer(order, summary.event):
        raise CorrectingIsOver
    form = BuyerForm(request, order)
    if form.is_valid() and not form.is_clash:
        kept = form.keep(by_staff=False, by=user_of(request), is_consulted=is_consulted)
        if kept is not None:
            messages.success(request, form.done)
            return redirect("public:order", kept.secret)
    page = {"order": order, "form": form}
    return render(request, "public/buyer.html", page, status=422 if form.is_bound else 200)
