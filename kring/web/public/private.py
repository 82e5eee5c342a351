"""Pages behind a secret link: for whoever has it, and for nobody's memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from kring.billing.models import Order


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
    orders = Order.objects.select_for_update(no_key=True) if locked else Order.objects.all()
    return get_object_or_404(orders, secret=secret)
