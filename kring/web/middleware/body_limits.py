"""The size limit of a request's body."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kring.core.sheets import reading as sheets
from kring.organisations import limits
from kring.organisations.limits import Limit, Unit
from kring.web.errors import page
from kring.web.middleware.refused_bodies import REFUSED

BODY = limits.declare(
    Limit(
        "request_body",
        limits.FILES,
        _("All that one form sends, files included"),
        default=settings.LARGEST_BODY // 2**20,
        description=_("More is refused before it is read."),
        unit=Unit.MEGABYTES,
    )
)
limits.declare(
    Limit(
        "table_file",
        limits.FILES,
        _("A table that is imported, or a file of the bank"),
        _("At most 100,000 rows. Guest lists, mandates and teams have smaller limits of their own."),
        default=sheets.MOST_MEGABYTES,
        unit=Unit.MEGABYTES,
    )
)


class BodyLimitMiddleware:
    """A request announcing more than `LARGEST_BODY` is refused before a byte is read: neither memory nor disk fills.

    Kring's own server (cli.front) has checked size and time before: it leaves the body out and sets the status.
    Behind another server, a request without a length has no body: Django reads as much as was announced.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if refused := request.META.get(REFUSED):
            return page(request, refused)
        if _announced(request) <= BODY.number() * 2**20:
            return self.get_response(request)
        return page(request, 413)


def _announced(request: HttpRequest) -> int:
    """What is no number is more than any limit."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else sys.maxsize
