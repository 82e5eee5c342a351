"""Pages behind a secret link: for anyone who has it, and stored in no cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from kring.accounts.requests import TenantRequest
from kring.billing.locking import ours, rows_to_lock
from kring.billing.models import Order
from kring.core.prepared_queries import prepared
from kring.core.tenancy import scope_there_is
from kring.registrations import loading
from kring.web import errors


def behind_a_secret(view: Callable) -> Callable:
    """Not indexed, not cached on the way, and its address passed to no other site.

    Not cached by the browser either: the back button sends a new request, and gets the order's current state.
    """

    @wraps(view)
    @never_cache
    def private(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = _bill(request, kwargs) or _not_found(request)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers would send `Origin: null` with Kring's own forms, which counts as another site.
        response["Referrer-Policy"] = "same-origin"
        return response

    return private


def _bill(request: TenantRequest, found: dict[str, Any]) -> HttpResponse | None:
    """Bills of contributions have pages of their own; links in emails about payments know only orders."""
    with scope_there_is(request.organisation):
        order = Order.objects.filter(secret=found.get("secret", ""), is_of_dues=True).first()
        if order is None or request.method not in ("GET", "HEAD"):
            return None
        payment, name = found.get("pk"), getattr(request.resolver_match, "url_name", "")
        if name == "payment-progress" and payment and order.payments.filter(pk=payment).exists():
            return redirect("public:bill-payment", order.secret, payment)
        if name in IN_PLACE:
            return redirect("public:bill", order.secret)
    return None


def _not_found(request: TenantRequest) -> HttpResponse:
    """Links of bills are replaced; whoever has the old one is told what that may mean, the same behind any secret."""
    if getattr(request.resolver_match, "url_name", "") not in BILLS:
        raise Http404
    return errors.page(request, 404, "errors/no_bill.html")


# The pages of an order in whose place a bill stands.
IN_PLACE = {"order", "payment", "payment-return", "payment-progress", "rest"}
BILLS = {"bill", "bill-document", "bill-payment"}


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
    return rows_to_lock().filter(secret=secret, is_of_dues=False)
