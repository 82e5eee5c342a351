"""A site that waits for its activation is there for those who work on it, and for nobody else (T1)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from kring.core.tenancy import scope
from kring.organisations.models import Organisation
from kring.web import access
from kring.web.errors import unknown_host

# Logging in; its pages show strangers no name and no colours of the organisation (web/context.py).
LOGIN, SIGN_UP = ("/accounts/", "/theme-"), "/accounts/signup/"
# Where emails to administrators lead.
WORK = ("/organisation/", "/portal/")


class NotActivatedMiddleware:
    """Anybody else gets the answer of an address that no organisation has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
        if organisation is None or organisation.status != Organisation.Status.NEW or _works_here(request, organisation):
            return self.get_response(request)
        if request.path.startswith(LOGIN) and not request.path.startswith(SIGN_UP):
            request.is_hidden_organisation = True  # type: ignore[attr-defined]
            return self.get_response(request)
        if request.method == "GET" and request.path.startswith(WORK) and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), "/accounts/login/")
        request.organisation = request.urlconf = None  # type: ignore[attr-defined]
        return unknown_host(request)


def _works_here(request: HttpRequest, organisation: Organisation) -> bool:
    """By any role, also one that gives no access until there is a second factor."""
    if not request.user.is_authenticated:
        return False
    with scope(organisation):
        held = access.staff_roles(request)  # type: ignore[arg-type]
    return bool(held.roles | held.withheld)
