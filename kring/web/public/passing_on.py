"""Passing a ticket on to another person, behind the link of the order and in the portal (R6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.registrations.models import Registration, Ticket
from kring.registrations.naming import demand_rights_of_buyer
from kring.registrations.passing_on import PassedOnAlready, PassingOnIsOver, may_pass_on, may_replace
from kring.web.access import public
from kring.web.correcting import asks_registries_first, with_what_it_needs
from kring.web.passing_on import PassingOnForms
from kring.web.public.secret_links import behind_a_secret, order_behind


@asks_registries_first
@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def passing_on(request: TenantRequest, secret: str, pk: int, is_consulted: bool) -> HttpResponse:
    """Only of this very order."""
    rows = with_what_it_needs(Registration.objects.of_order(order_behind(secret, locked=request.method == "POST")))
    registration, back = get_object_or_404(rows, pk=pk), reverse("public:order", args=[secret])
    demand_rights_of_buyer(registration)
    if request.method != "POST" and registration.is_passed_on:
        raise PassedOnAlready
    return ask_or_pass_on(request, registration, back=back, is_consulted=is_consulted, by_buyer=True)


def ask_or_pass_on(
    request: TenantRequest,
    registration: Registration,
    *,
    back: str,
    is_consulted: bool,
    by_buyer: bool = False,
    by_leader: bool = False,
) -> HttpResponse:
    """The page on GET, the act on POST. Raises PassingOnIsOver, RegistriesFirst."""
    may = may_replace if by_leader else may_pass_on
    if not may(registration, registration.event):
        raise PassingOnIsOver
    ticket = get_object_or_404(Ticket, registration=registration)
    forms = PassingOnForms(request, registration, ticket, by_staff=False)
    is_sent = request.method == "POST" and forms.are_valid()
    if is_sent and forms.pass_on(is_consulted=is_consulted, by_buyer=by_buyer, by_leader=by_leader):
        done = _("The ticket has been passed on to %(name)s, who gets it by email. The old code is no longer valid.")
        messages.success(request, done % {"name": forms.person.cleaned_data["name"]})
        return redirect(back)
    page = {"registration": registration, "forms": forms, "back": back}
    return render(request, "public/passing_on.html", page, status=422 if request.method == "POST" else 200)
