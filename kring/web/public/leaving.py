"""Cancelling behind the link of an order and in the portal: free of charge what has moved to another day or place (E4),
and by the rule of the event (R6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest, user_of
from kring.registrations import change_notices, own_cancelling
from kring.registrations.models import Registration, RegistrationQuerySet
from kring.registrations.naming import demand_rights_of_buyer
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.terms_in_words import terms_in_words

WHAT_IT_NEEDS = ("line__order", "event", "attendee", "ticket_type")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def cancellation(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Only of this very order."""
    registration = get_object_or_404(_in_hand(secret), pk=pk)
    demand_rights_of_buyer(registration)
    return ask_or_cancel(request, registration, back=reverse("public:order", args=[secret]), by_buyer=True)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def cancellations(request: TenantRequest, secret: str) -> HttpResponse:
    """Of several tickets of an order: first which, then, on the next page, what goes back for these."""
    rows = list(_in_hand(secret))
    wanted = request.POST.getlist("ticket") if request.method == "POST" else request.GET.getlist("ticket")
    back = reverse("public:order", args=[secret])
    if chosen := [each for each in rows if str(each.pk) in wanted]:
        for each in chosen:
            demand_rights_of_buyer(each)
        return _ask_or_cancel_by_rule(request, chosen, back=back, by_buyer=True)
    offered = [each for each in rows if own_cancelling.may_cancel(each, each.event)]
    if not offered:
        raise own_cancelling.CancellingIsOver
    order = offered[0].line.order
    page = {"order": order, "found": own_cancelling.each_alone(order, offered), "back": back}
    return render(request, "public/cancellations.html", page | {"is_none_chosen": request.method == "POST"})


def ask_or_cancel(
    request: TenantRequest, registration: Registration, *, back: str, by_buyer: bool = False
) -> HttpResponse:
    """The question on GET, the cancellation on POST. Raises CancellingIsOver."""
    if not change_notices.is_free_to_cancel(registration, registration.event):
        return _ask_or_cancel_by_rule(request, [registration], back=back, by_buyer=by_buyer)
    if request.method == "POST":
        change_notices.cancel_free_of_charge(registration)
        messages.success(request, _("The registration has been cancelled."))
        return redirect(back)
    page = {"registration": registration, "back": back, "is_paid": registration.line.amount > 0}
    return render(request, "public/cancellation.html", page)


def _ask_or_cancel_by_rule(
    request: TenantRequest, registrations: Sequence[Registration], *, back: str, by_buyer: bool
) -> HttpResponse:
    """What goes back is shown before, and sent along. Where it has changed, the page says so and asks again."""
    order, problem = registrations[0].line.order, ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                keys = [each.pk for each in registrations]
                own_cancelling.cancel(order.pk, keys, seen=_seen(request), by_buyer=by_buyer, by=user_of(request))
        except own_cancelling.ReturnsOtherwise as refusal:
            problem = str(refusal)
        else:
            number = len(registrations)
            text = ngettext("The registration has been cancelled.", "The registrations have been cancelled.", number)
            messages.success(request, text)
            return redirect(back)
    elif not all(own_cancelling.may_cancel(each, each.event) for each in registrations):
        raise own_cancelling.CancellingIsOver
    returns = own_cancelling.returns_of(order, registrations)
    types = [one.registration.ticket_type for one in returns.each if one.amount]
    terms = terms_in_words(registrations[0].event, types, order.currency) if types else []
    page = {"registrations": registrations, "order": order, "returns": returns, "back": back, "problem": problem}
    page["refund_terms"] = terms
    return render(request, "public/cancellation_by_rule.html", page, status=409 if problem else 200)


def _in_hand(secret: str) -> RegistrationQuerySet:
    rows: RegistrationQuerySet = Registration.objects.of_order(order_behind(secret)).not_passed_on()
    return rows.select_related(*WHAT_IT_NEEDS)


def _seen(request: TenantRequest) -> Decimal:
    """What goes back as the page had it; nothing that ever goes back where it had none."""
    try:
        found = Decimal(request.POST.get("seen", ""))
    except InvalidOperation:
        return Decimal(-1)
    # What is no number cannot even be compared.
    return found if found.is_finite() else Decimal(-1)
