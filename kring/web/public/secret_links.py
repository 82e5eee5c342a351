"""Pages behind a secret link: for whoever has it, and for nobody's memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from kring.billing.models import Order
from kring.core.prepared_queries import prepared


def behind_a_secret(view: Callable) -> Callable:
    """Not indexed, not kept by anything on the way, and its address told to no other site.

    Not kept by the browser either: the back button asks again, and is told where the order stands now.
    """

    @wraps(view)
    @never_cache
    def private(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers would send `Origin: null` with our own forms, which counts as another site.
        response["Referrer-Policy"] = "same-origin"
        return response

    return private


def order_behind(secret: str, *, locked: bool = False) -> Order:
    """The order with this secret link; 404 for any other. `locked` until the end of the request: one step at a time."""
    found = _locked(secret=secret) if locked else with_secret(secret=secret)
    if not found:
        raise Http404
    return found[0]


@prepared
def with_secret(secret: Any) -> QuerySet[Order]:
    return Order.objects.filter(secret=secret)


@prepared
def _locked(secret: Any) -> QuerySet[Order]:
    return Order.objects.select_for_update(no_key=True).filter(secret=secret)
