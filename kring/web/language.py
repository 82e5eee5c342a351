"""The language and appearance of a request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
APPEARANCE_COOKIE = "kring_appearance"
A_YEAR = 365 * 24 * 3600
# Each language in its own words: users who cannot read the page must find theirs.
OWN_NAMES = {"en": "English", "nl": "Nederlands", "pl": "Polski"}
APPEARANCES = {
    "": (_("Same as system"), "sun-moon"),
    "light": (pgettext_lazy("theme", "Light"), "sun"),
    "dark": (_("Dark"), "moon"),
}


def choice_in_address(request: HttpRequest) -> HttpResponse | None:
    """Back to the same page without the choice, which is in a cookie from then on; None when there is no choice."""
    parameters = request.GET.copy()
    language, appearance = parameters.pop("lang", [""])[-1], parameters.pop("appearance", [None])[-1]
    if not known(language) and appearance not in ("light", "dark", "auto"):
        return None
    address = f"{request.path}?{parameters.urlencode()}" if parameters else request.path
    # One slash at the start: `//host/` would leave the site.
    response = HttpResponseRedirect("/" + address.lstrip("/\\"))
    if known(language):
        _remember(response, LANGUAGE_COOKIE, language)
    if appearance in ("light", "dark"):
        _remember(response, APPEARANCE_COOKIE, appearance)
    elif appearance == "auto":
        response.delete_cookie(APPEARANCE_COOKIE, samesite="Lax")
    return response


def of_request(request: HttpRequest) -> str:
    """The language without a query: from the cookie, the browser or the organisation."""
    if chosen := known(request.COOKIES.get(LANGUAGE_COOKIE)):
        return chosen
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if understood := known(wanted.split("-")[0]):
            return understood
    organisation = getattr(request, "organisation", None)
    return known(organisation.language if organisation else None) or settings.LANGUAGE_CODE


def known(language: str | None) -> str:
    return language if language in OWN_NAMES else ""


def appearance(request: HttpRequest) -> str:
    """ "light", "dark", or "" for the system's setting."""
    chosen = request.COOKIES.get(APPEARANCE_COOKIE, "")
    return chosen if chosen in ("light", "dark") else ""


def choices(query: str) -> list[tuple[str, str, str]]:
    """(code, name in its own words, link) of each language; `query` is the page's query string."""
    return [(code, name, _with(query, "lang", code)) for code, name in OWN_NAMES.items()]


def appearances(query: str) -> list[tuple[str, Any, str, str]]:
    """(value, name, icon, link) of each appearance."""
    return [(key, name, icon, _with(query, "appearance", key or "auto")) for key, (name, icon) in APPEARANCES.items()]


def _with(query: str, name: str, value: str) -> str:
    parameters = QueryDict(query, mutable=True)
    parameters[name] = value
    return f"?{parameters.urlencode()}"


def _remember(response: HttpResponse, name: str, value: str) -> None:
    # Scripts may set it too: switching light and dark needs no reload then.
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=settings.SCHEME == "https")
