"""Cancelling free of charge what has moved to another day or place (E4), behind the link of the order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.registrations import change_notices
from kring.registrations.models import Registration
from kring.registrations.naming import demand_rights_of_buyer
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret, order_behind


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def cancellation(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Only of this very order."""
    rows = Registration.objects.of_order(order_behind(secret)).select_related("line__order", "event", "attendee")
    registration = get_object_or_404(rows, pk=pk)
    demand_rights_of_buyer(registration)
    return ask_or_cancel(request, registration, back=reverse("public:order", args=[secret]))


def ask_or_cancel(request: TenantRequest, registration: Registration, *, back: str) -> HttpResponse:
    """The question on GET, the cancellation on POST. Raises NotFreeToCancel."""
    if request.method == "POST":
        change_notices.cancel_free_of_charge(registration)
        messages.success(request, _("The registration has been cancelled."))
        return redirect(back)
    if not change_notices.is_free_to_cancel(registration, registration.event):
        raise change_notices.NotFreeToCancel
    page = {"registration": registration, "back": back, "is_paid": registration.line.amount > 0}
    return render(request, "public/cancellation.html", page)
