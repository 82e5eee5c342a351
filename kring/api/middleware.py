"""Every error under /api/, from the host, the router or a crash, is answered as a problem, never as a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kring.core.problems import problem

PREFIX = "/api/"
# Headers of the error page that a program needs too.
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ProblemMiddleware:
    """Outermost: wraps everything that may answer with a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX) or response.status_code < 400 or _is_for_programs(response):
            return response
        kept = {name: response[name] for name in KEPT if name in response}
        return problem(response.status_code, headers=kept)


def _is_for_programs(response: HttpResponse) -> bool:
    return "json" in response.get("Content-Type", "")
