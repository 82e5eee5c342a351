"""The pages for when something is wrong: handlers of all three URL configurations (Q4).

They use neither database nor session: those may be what is wrong.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from kring.core.problems import problem
from kring.web.language import of_request

if TYPE_CHECKING:
    # Kring's server imports this module before the apps are loaded.
    from kring.organisations.models import Organisation

log = logging.getLogger(__name__)

# When even the page cannot be rendered: plain text without a template, in one language.
BARE = "<!doctype html><html lang=en><title>Kring</title><h1>Something went wrong on our side</h1><p>Try again later."


def page(request: HttpRequest, status: int, template: str = "", **context: object) -> HttpResponse:
    """An error as a page in the reader's language, or as a problem (RFC 9457) for a program."""
    if request.path.startswith("/api/"):
        return problem(status)
    # Failures outside the language middleware have no language yet.
    with translation.override(getattr(request, "language_of_page", "") or of_request(request)):
        return render(request, template or f"{status}.html", {"status": status, **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponseBase:
    try:
        return page(request, 500)
    except Exception:
        log.exception("the page that says sorry failed too")
        return HttpResponse(BARE, status=500)


def unknown_host(request: HttpRequest) -> HttpResponse:
    return page(request, 404, "errors/unknown_host.html")


def blocked_organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return page(request, 403, "errors/blocked.html", organisation=organisation)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, "errors/csrf.html")


def way_back(request: HttpRequest) -> str:
    """The page somebody came from, when it is one of this site and not the one that refused; else ""."""
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()})
    return referer if own and referer != request.build_absolute_uri() else ""


handler400 = "kring.web.errors.bad_request"
handler403 = "kring.web.errors.permission_denied"
handler404 = "kring.web.errors.not_found"
handler500 = "kring.web.errors.server_error"
