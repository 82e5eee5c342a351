"""Paying the rest of an order in instalments, or a part of it, at any time (R8)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models import PaymentOption
from kring.payments.refusals import PaysTooMuch
from kring.payments.sums import sums
from kring.registrations.deadlines import PaymentPeriod
from kring.web.access import public
from kring.web.public.payment_choices import credit_for, means_for, options
from kring.web.public.payments import begin
from kring.web.public.rest_form import RestForm
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.summary import Summary


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def rest(request: TenantRequest, secret: str) -> HttpResponse:
    with scope(request.organisation):
        order = order_behind(secret)
        summary = Summary(order)
        found = sums(order, order.payments.defer("settings"), summary.lines)
        if order.is_unpaid:
            return redirect("public:payment", secret)
        if order.state != Order.State.PAID or not order.is_in_instalments or not found.open:
            return redirect("public:order", secret)
        user = request.user if request.user.is_authenticated else None
        rows = PaymentOption.objects.filter(event=summary.event)
        choices = (
            credit_for(order, user, found.open)
            + means_for(order, user, found.open, PaymentPeriod())
            + options(rows, order, found.open)
        )
        form = RestForm(request.POST or None, choices=choices, sums=found, currency=order.currency)
        if not form.is_valid():
            page = {"order": order, "summary": summary, "sums": found, "choices": choices, "form": form}
            return render(request, "public/rest.html", page, status=422 if form.is_bound else 200)
    try:
        amount, seen = form.amount_by(form.chosen), form.cleaned_data["seen"]
        return begin(request, order, form.chosen, PaymentPeriod(), amount, seen)
    except PaysTooMuch:
        # More has come in since: the page shows what is open now.
        return redirect("public:rest", secret)
