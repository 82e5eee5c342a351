"""Changing a ticket for another one, behind the link of the order and in the portal (R6)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.registrations.changing import WHAT_IT_NEEDS, ChangingIsOver, may_change
from kring.registrations.models import Registration
from kring.registrations.naming import demand_rights_of_buyer
from kring.web.access import public
from kring.web.changing import Begun, ChangeForm, goes_on_with_the_order
from kring.web.public.secret_links import behind_a_secret, order_behind

NEEDED = (*WHAT_IT_NEEDS, "basic__version", "submission__version")


@goes_on_with_the_order
@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def change(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Only of this very order."""
    rows = Registration.objects.of_order(order_behind(secret)).not_passed_on().select_related(*NEEDED)
    registration = get_object_or_404(rows, pk=pk)
    demand_rights_of_buyer(registration)
    return ask_or_begin(request, registration, back=reverse("public:order", args=[secret]), by_buyer=True)


def ask_or_begin(
    request: TenantRequest, registration: Registration, *, back: str, by_buyer: bool = False
) -> HttpResponse:
    """The page on GET, the order of the other ticket on POST. Raises ChangingIsOver."""
    if not may_change(registration, registration.event):
        raise ChangingIsOver
    form = ChangeForm(request.POST if request.method == "POST" else None, registration=registration)
    if form.is_valid() and (order := form.begin(request, by_buyer=by_buyer)) is not None:
        return Begun(order)
    page = {"registration": registration, "form": form, "back": back, "order": registration.line.order}
    return render(request, "public/change.html", page, status=422 if form.is_bound else 200)
