"""Requests at an organisation's own domain, and those that are sent there; who else may have a certificate for a host.

At its own domain are its public pages, and what visitors do there without a login. Staff's pages, the portal, logins,
the door and programs stay at the subdomain: no cookie of a login ever belongs to a domain that is not the platform's.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from kring.core.rate_limits import address_of, seconds_to_wait
from kring.organisations import limits
from kring.organisations.finding import by_own_host
from kring.organisations.limits import Limit
from kring.organisations.links import is_public
from kring.organisations.models import Organisation
from kring.web.errors import page

ASK = "/.well-known/kring/domain"
OF_THE_SUBDOMAIN = ("/organisation/", "/portal/", "/accounts/", "/api/", "/scan")
READS = ("GET", "HEAD")
ASKED = limits.declare(
    Limit(
        "certificates_asked_per_minute",
        limits.REQUESTS,
        _("Questions whether a domain is an organisation's, from one network in a minute"),
        _("Of the server that gets certificates for own domains."),
        default=600,
    )
)


def is_of_the_platform(host: str) -> bool:
    return host == settings.HOST or host.endswith(f".{settings.HOST}")


def organisation_at(host: str) -> Organisation | None:
    """Raises DisallowedHost for one that is nobody's, as Django does for hosts that it does not know."""
    organisation = by_own_host(host)
    if organisation is None:
        raise DisallowedHost(f"Nobody's host: {host!r}.")
    return organisation


def elsewhere(request: HttpRequest, organisation: Organisation, *, is_own: bool) -> HttpResponse | None:
    """Where this request is answered instead; None: here."""
    if is_own:
        if not request.path.startswith(OF_THE_SUBDOMAIN):
            return None
        return _sent_to(organisation.url, request) if request.method in READS else page(request, 404)
    # Somebody who has logged in, or begun anything, would be nobody there.
    is_visitor = settings.SESSION_COOKIE_NAME not in request.COOKIES
    if organisation.own_host and is_visitor and request.method in READS and is_public(request.path):
        return _sent_to(organisation.public_url, request)
    return None


def at_own_host(response: HttpResponse) -> HttpResponse:
    """TLS for this name only: what else is below a domain that is not the platform's is its owner's to decide."""
    if settings.SCHEME == "https":
        response.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
    return response


def answer_certificates(request: HttpRequest) -> HttpResponse:
    """For the `ask` of Caddy's on-demand TLS: 200 for a host that is proved and open, 404 for any other."""
    if wait := seconds_to_wait({f"certificates:{address_of(request)}": ASKED.number()}):
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    organisation = by_own_host(request.GET.get("domain", "").lower()[:253])
    is_open = organisation is not None and organisation.status == Organisation.Status.ACTIVE
    return HttpResponse(status=200 if is_open else 404, headers={"Cache-Control": "no-store"})


def _sent_to(site: str, request: HttpRequest) -> HttpResponse:
    """Temporarily: a domain may be taken away again."""
    response = HttpResponseRedirect(site + request.get_full_path())
    response.headers["Cache-Control"] = "private, no-store"
    return response
