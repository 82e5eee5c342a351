"""Pages behind a secret link: for anyone who has it, and stored in no cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache

from kring.accounts.requests import TenantRequest
from kring.billing.locking import ours, rows_to_lock
from kring.billing.models import Order
from kring.core.prepared_queries import prepared
from kring.registrations import loading


def behind_a_secret(view: Callable) -> Callable:
    """Not indexed, not cached on the way, and its address passed to no other site.

    Not cached by the browser either: the back button sends a new request, and gets the order's current state.
    """

    @wraps(view)
    @never_cache
    def private(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers would send `Origin: null` with Kring's own forms, which counts as another site.
        response["Referrer-Policy"] = "same-origin"
        return response

    return private


def order_behind(secret: str, *, locked: bool = False) -> Order:
    """The order with this secret link, loaded; 404 for any other. `locked` until the end of the transaction, one step
    at a time: then it is loaded on access."""
    if locked:
        found = next(iter(_locked(secret=secret)), None)
        order = found and ours(found)
    else:
        order = loading.order_behind(secret)
    if order is None:
        raise Http404
    return order


@prepared
def with_secret(secret: str) -> QuerySet[Order]:
    return Order.objects.filter(secret=secret)


@prepared
def _locked(secret: str) -> QuerySet[Order]:
    return rows_to_lock().filter(secret=secret)
