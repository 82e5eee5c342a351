"""The secret links of partners' tickets: what guards them besides their length (D3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import Http404, HttpResponse

from kring.accounts.requests import TenantRequest
from kring.core.rate_limits import WINDOW, Limit, address_of, seconds_to_wait_for, seconds_until_below
from kring.web import errors

# Links that do not exist, and forms sent, from one network: a fair's exhibitors may share one.
WRONG = Limit(20, WINDOW)
SENT = (Limit(30, WINDOW), Limit(600, timedelta(days=1)))


def limits_tries(view: Callable) -> Callable:
    """429 for a network that has tried too many links, or sent too much. For views that open their own scope: a count
    is not taken back with what a refusal undoes."""

    @wraps(view)
    def limited(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        network = address_of(request)
        wrong = {f"partner-link-wrong:{network}": WRONG}
        wait = seconds_until_below(wrong)
        if not wait and request.method == "POST":
            wait = seconds_to_wait_for({f"partner-link:{network}:{each.window}": each for each in SENT})
        if wait:
            answer = errors.page(request, 429)
            answer["Retry-After"] = str(wait)
            return answer
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        except Http404:
            seconds_to_wait_for(wrong)
            raise
        return response

    return limited
