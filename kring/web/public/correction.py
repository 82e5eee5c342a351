"""Correcting what was typed, behind the link of the order (R7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.registrations.correcting import CorrectingIsOver, may_correct
from kring.registrations.models import Registration
from kring.registrations.naming import demand_rights_of_buyer
from kring.web.access import public
from kring.web.correcting import CorrectionForms, asks_registries_first, with_what_it_needs
from kring.web.public.secret_links import behind_a_secret, order_behind


@asks_registries_first
@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def correction(request: TenantRequest, secret: str, pk: int, is_consulted: bool) -> HttpResponse:
    """Only of this very order."""
    mine = Registration.objects.of_order(order_behind(secret, locked=request.method == "POST")).not_passed_on()
    rows = with_what_it_needs(mine)
    registration, back = get_object_or_404(rows, pk=pk), reverse("public:order", args=[secret])
    demand_rights_of_buyer(registration)
    return ask_or_correct(request, registration, back=back, is_consulted=is_consulted)


def ask_or_correct(
    request: TenantRequest, registration: Registration, *, back: str, is_consulted: bool
) -> HttpResponse:
    """The page on GET, the correction on POST. Raises CorrectingIsOver, RegistriesFirst."""
    if not may_correct(registration, registration.event):
        raise CorrectingIsOver
    forms = CorrectionForms(request, registration, by_staff=False)
    if request.method == "POST" and forms.are_valid() and (kept := forms.keep(is_consulted=is_consulted)) is not None:
        messages.success(request, _("The registration has been corrected.") if kept else _("Nothing was changed."))
        return redirect(back)
    page = {"registration": registration, "forms": forms, "form": forms.person, "back": back}
    return render(request, "public/correction.html", page, status=422 if request.method == "POST" else 200)
