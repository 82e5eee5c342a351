"""Every error under /api/, from the host, the router or a crash, is answered as a problem, never as a page."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kring.core.problems import problem

PREFIX = "/api/"
# Headers of the error page that a program needs too.
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ProblemMiddleware:
    """Outermost: wraps everything that may answer with a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX) and (twice := _given_twice(request)):
            # None of ours is a list: of two values one would be dropped in silence.
            return problem(400, _("Give each parameter once: %(name)s.") % {"name": twice}, code="parameter_twice")
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX) or response.status_code < 400 or _is_for_programs(response):
            return response
        kept = {name: response[name] for name in KEPT if name in response}
        return problem(response.status_code, headers=kept)


def _given_twice(request: HttpRequest) -> str:
    """A parameter of the address that stands in it more than once; "" where none does."""
    try:
        return next((name[:50] for name, values in request.GET.lists() if len(values) > 1), "")
    except SuspiciousOperation:
        # Too many of them: that is answered further in.
        return ""


def _is_for_programs(response: HttpResponse) -> bool:
    return "json" in response.get("Content-Type", "")
