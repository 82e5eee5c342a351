"""The host decides what is requested: the main site, the platform, or one organisation (T2)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kring.organisations.finding import by_subdomain
from kring.organisations.models import Organisation
from kring.web.errors import blocked_organisation, unknown_host


class HostMiddleware:
    """Sets `request.organisation` (None on the main site and the platform) and the URL configuration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0].lower()
        request.organisation = None  # type: ignore[attr-defined]
        if host == settings.HOST or host == f"www.{settings.HOST}":
            return self.get_response(request)
        subdomain = host.removesuffix(f".{settings.HOST}")
        if subdomain == "portal":
            request.urlconf = settings.PORTAL_URLCONF
            return self.get_response(request)
        organisation = by_subdomain(subdomain)
        if organisation is None or organisation.status == Organisation.Status.DELETING:
            return unknown_host(request)
        if organisation.status == Organisation.Status.BLOCKED:
            return blocked_organisation(request, organisation)
        request.organisation = organisation  # type: ignore[attr-defined]
        request.urlconf = settings.ORGANISATION_URLCONF
        return self.get_response(request)
