"""The organisation's own Stripe account, set up on Stripe's pages and connected to the platform's (B4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import recent_login
from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.payments import stripe_connect
from kring.web.manage.rights import needs
from kring.web.public.payments import leave


@needs("change_providers")
def _admit(request: UserRequest) -> None:
    # Whoever sets the account up decides where the money goes.
    recent_login.ask_again(request)


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def connection(request: UserRequest) -> HttpResponse:
    """POST: to Stripe's pages. GET: back from there, or to see what Stripe says now."""
    with scope(request.organisation):
        refused: HttpResponse | None = _admit(request)
    if refused:
        return refused
    try:
        if request.method == "POST":
            back = request.organisation.url + reverse("manage:stripe_connection")
            url = stripe_connect.begin(request.organisation, back=back)
            with scope(request.organisation):
                return leave(request, url)
        stripe_connect.refresh(request.organisation.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This is what Stripe says of the account now."))
    return redirect("manage:providers")


connection.right, connection.allowed_roles = _admit.right, _admit.allowed_roles  # type: ignore[attr-defined]
