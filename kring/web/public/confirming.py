"""Buyers confirm their address by the link in their mail, before scarce places are kept for days (A7)."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.registrations import confirming
from kring.registrations.deadlines import PaymentPeriod, patience_with
from kring.web.access import public
from kring.web.public.payment_choices import MethodChoice, choices_for
from kring.web.public.payments import begin
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.summary import Summary


@public
@require_POST
@behind_a_secret
def send_again(request: TenantRequest, secret: str) -> HttpResponse:
    order = order_behind(secret)
    if order.waits_for_confirmation:
        try:
            with transaction.atomic():
                confirming.ask(order, order.method_to_confirm)
            messages.success(request, _("The email is on its way to %(address)s.") % {"address": order.buyer_email})
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    return redirect("public:order", secret)


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def confirm(request: TenantRequest, token: str) -> HttpResponse:
    """Confirmation page on GET, as programs that scan mails open links too; POST confirms it and begins the payment."""
    with scope(request.organisation):
        found = confirming.order_of(token)
        if found is None:
            return render(request, "public/confirm_order.html", {"order": None}, status=404)
        order, method = found
        is_over = order.is_overdue or order.state in Order.OVER
        if not is_over and (order.is_address_confirmed or not order.is_unpaid):
            return redirect("public:order", order.secret)
        if is_over or request.method != "POST":
            page = {"order": order, "summary": Summary(order), "is_over": is_over}
            return render(request, "public/confirm_order.html", page)
        confirming.confirm(order)
        chosen, patience = _chosen(order, method)
    return begin(request, order, chosen, patience) if chosen else redirect("public:payment", order.secret)


def _chosen(order: Order, method: str) -> tuple[MethodChoice | None, PaymentPeriod]:
    """The payment method that waits for this; None where another was chosen meanwhile, or it is no longer offered."""
    order.refresh_from_db()
    summary = Summary(order)
    offered = {choice.method.key: choice for choice in choices_for(order, summary, None)}
    is_awaited = order.method_to_confirm == method
    return offered.get(method) if is_awaited else None, patience_with(summary.registrations)
