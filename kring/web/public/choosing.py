"""Sessions chosen later, behind the link of the order (E9)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.registrations.models import Registration
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.session_choice import SessionsForm


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def sessions(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    order = order_behind(secret)
    rows = Registration.objects.of_order(order).not_passed_on().with_what_choosing_needs()
    registration = get_object_or_404(rows, pk=pk)
    form = SessionsForm(request.POST if request.method == "POST" else None, registration=registration)
    if form.is_valid() and form.keep():
        messages.success(request, _("Your sessions have been saved."))
        return redirect("public:order", secret)
    page = {"order": order, "registration": registration, "form": form}
    return render(request, "public/sessions.html", page, status=422 if form.is_bound else 200)
