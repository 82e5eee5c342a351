"""Membership without a login: proved by the link in an email to the member's address (V2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import TenantRequest
from kring.core import jobs
from kring.registrations import proving
from kring.registrations.models import Registration
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret, order_behind


@public
@require_POST
@behind_a_secret
def send_link(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """The same answer for every address."""
    order = order_behind(secret)
    registration = get_object_or_404(Registration.objects.of_order(order).select_related("line"), pk=pk)
    jobs.later("registrations.send_proof_link", registration_id=registration.pk)
    text = _("If %(address)s is a member's address, an email with a link is on its way. Open it, then continue here.")
    messages.info(request, text % {"address": registration.attendee_email})
    return redirect("public:data", secret, registration.line.position)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def membership(request: TenantRequest, token: str) -> HttpResponse:
    """Confirmation page on GET, for programs that scan mails open links too; POST proves the address."""
    registration = proving.registration_of(token)
    if registration is None:
        return render(request, "public/membership.html", {"registration": None}, status=404)
    order = registration.line.order
    if request.method == "POST":
        proving.prove(registration)
        # The order's own page is the buyer's: who is that by the same address goes on at once.
        if order.buyer_email == registration.attendee_email:
            return redirect("public:data", order.secret, registration.line.position)
        return render(request, "public/membership.html", {"registration": registration, "is_done": True})
    return render(request, "public/membership.html", {"registration": registration})
