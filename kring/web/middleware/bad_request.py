"""Malformed requests, which no browser sends, are answered before any view gets them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\0"


class BadRequestMiddleware:
    """An address with a NUL, which PostgreSQL cannot store in text, or with a thousand parameters is a bad request.

    A cookie with a NUL does not come from Kring, and is left out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_malformed(request):
            # The error page reads the parameters too.
            request.GET = QueryDict()
            raise BadRequest("An address nobody can have meant.")
        if NUL in "".join(request.COOKIES.values()):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if NUL not in value}
        return self.get_response(request)


def _is_malformed(request: HttpRequest) -> bool:
    try:
        _ = request.GET
    except TooManyFieldsSent:
        return True
    query = request.META.get("QUERY_STRING", "")
    return NUL in request.path_info or NUL in query or "%00" in query
