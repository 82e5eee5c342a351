"""Each request is answered in its visitor's language and in the organisation's time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from kring.web import language


class LanguageMiddleware:
    """Language: the cookie, else the user's own, else the browser's, else the organisation's (Q3).

    `?lang=nl` and `?appearance=dark` on any page set the cookie and lead back to the page: a link suffices.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and (chosen := language.choice_in_address(request)):
            return chosen
        organisation = getattr(request, "organisation", None)
        zone = organisation.zone if organisation else ZoneInfo(settings.TIME_ZONE)
        request.language_of_visitor = language.of_request(request)  # type: ignore[attr-defined]
        with translation.override(request.language_of_visitor), timezone.override(zone):  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.get("Content-Type", "").startswith("text/html"):
                response.headers.setdefault("Content-Language", translation.get_language())
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
            return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> None:
        # Only here is the user known: logging in comes after this middleware.
        if language.known(request.COOKIES.get(language.LANGUAGE_COOKIE)) or not _has_session(request):
            return
        if request.user.is_authenticated and (own := language.known(request.user.language)):
            translation.activate(own)
            # For the page of an error, which needs no database.
            request.language_of_page = own  # type: ignore[attr-defined]


def _has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES
