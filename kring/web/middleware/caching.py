"""What caches may store on the way to a visitor, or in a browser: nothing, unless a view allows it (A7)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# For one browser, which revalidates each time: forms on it have keys of their own.
FOR_ANYBODY, FOR_ONE = "private, no-cache", "private, no-store"


class CachingMiddleware:
    """Pictures, styles and scripts set their own lifetime. A page is the visitor's own: it may have a form
    with its key, or a name on it. Pages for logged-in users are not even stored by their browser: others use it too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = FOR_ONE if _is_about_somebody(request, response) else FOR_ANYBODY
        elif response.cookies:
            # Else the cookie would be everybody's.
            response["Cache-Control"] = FOR_ONE
        return response


def _is_about_somebody(request: HttpRequest, response: HttpResponse) -> bool:
    known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
    return known or bool(response.cookies) or request.method not in ("GET", "HEAD") or response.status_code >= 400
