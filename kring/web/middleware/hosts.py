"""The host decides what is requested: the main site, the platform, or one organisation (T2)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kring.organisations.finding import by_subdomain
from kring.organisations.models import Organisation
from kring.web import own_hosts
from kring.web.errors import blocked_organisation, unknown_host


class HostMiddleware:
    """Sets `request.organisation` (None on the main site and the platform) and the URL configuration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = None  # type: ignore[attr-defined]
        if request.path == own_hosts.ASK:
            return own_hosts.answer_certificates(request)
        host = request.get_host().rsplit(":", 1)[0].lower()
        if host == settings.HOST or host == f"www.{settings.HOST}":
            return self.get_response(request)
        is_own = not own_hosts.is_of_the_platform(host)
        subdomain = host.removesuffix(f".{settings.HOST}")
        if subdomain == "portal" and not is_own:
            request.urlconf = settings.PORTAL_URLCONF
            return self.get_response(request)
        organisation = own_hosts.organisation_at(host) if is_own else by_subdomain(subdomain)
        if organisation is None or organisation.is_unseen:
            return unknown_host(request)
        if organisation.status == Organisation.Status.BLOCKED:
            return blocked_organisation(request, organisation)
        request.organisation = organisation  # type: ignore[attr-defined]
        request.urlconf = settings.ORGANISATION_URLCONF
        if answer := own_hosts.elsewhere(request, organisation, is_own=is_own):
            return answer
        response = self.get_response(request)
        return own_hosts.at_own_host(response) if is_own else response
