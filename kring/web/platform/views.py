"""The platform's administration: logins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.accounts.second_factor import reset_by_platform
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.organisations import audit
from kring.web.access import needs_platform_admin
from kring.web.asking_again import asks_again
from kring.web.logins import logins_page
from kring.web.platform.forms import FactorRemovalForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@never_cache
def logins(request: UserRequest) -> HttpResponse:
    return logins_page(request, "platform:logins")


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@never_cache
@asks_again
def second_factor(request: UserRequest) -> HttpResponse:
    """Of somebody who works for several organisations, or for the platform, and has lost it."""
    form = FactorRemovalForm(request.POST or None)
    if form.is_valid():
        found, reason = form.cleaned_data["email"], form.cleaned_data["reason"]
        try:
            with audit.acting(request.user, ip=client_address(request)):
                reset_by_platform(found, reason=reason, by=request.user)
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The second factor of %(name)s has been removed.") % {"name": found})
            return redirect("platform:second_factor")
    return render(request, "platform/second_factor.html", {"form": form}, status=422 if form.errors else 200)
