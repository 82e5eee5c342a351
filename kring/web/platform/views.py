"""The platform's administration: its organisations."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.accounts.second_factor import reset_by_platform
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.organisations import audit
from kring.organisations.activation import activate, block
from kring.organisations.models import Organisation
from kring.web.access import needs_platform_admin
from kring.web.asking_again import asks_again
from kring.web.logins import logins_page
from kring.web.platform.forms import FactorRemovalForm
from kring.web.platform.overview import organisations


@require_safe
@needs_platform_admin
def organisation_list(request: HttpRequest) -> HttpResponse:
    search, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    page = organisations(search=search, status=status, page=request.GET.get("page", 1))
    context = {"page": page, "search": search, "status": status, "statuses": Organisation.Status.choices}
    return render(request, "platform/organisations.html", context)


@require_POST
@needs_platform_admin
@asks_again
def activation(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation, pk=pk)
    _as_platform(request, activate, organisation)
    messages.success(request, _("The site of %(name)s is open.") % {"name": organisation})
    return redirect("platform:organisations")


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def blocking(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation, pk=pk)
    if request.method != "POST":
        return render(request, "platform/blocking.html", {"blocked": organisation})
    _as_platform(request, block, organisation)
    messages.success(request, _("The site of %(name)s is closed.") % {"name": organisation})
    return redirect("platform:organisations")


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


def _as_platform(request: HttpRequest, verb: Callable[[Organisation], None], organisation: Organisation) -> None:
    with audit.acting(request.user, ip=client_address(request)):
        verb(organisation)
