"""Against forms of other sites, without a token: so the page with the form can be the same for every visitor.

Browsers send where a request comes from, in a header no page can forge. This is for the few forms that visitors get on
shared pages; all others carry Django's token.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from kring.accounts.requests import TenantRequest


def from_our_own_pages(view: Callable) -> Callable:
    """403 for a request that another site makes, be it of another organisation here."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_ours(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def is_ours(request: TenantRequest) -> bool:
    """`none` is a person who typed the address. A request without either header is no browser's: it has no cookies."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.get_host().lower()
