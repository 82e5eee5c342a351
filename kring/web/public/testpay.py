"""The pretend provider: its API for the merchant, its page for the payer. Served only in demo and tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import InvalidOperation
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kring.payments.testpay import bank
from kring.payments.testpay.models import TestpayCharge
from kring.web.access import public


def pretending(view: Callable) -> Callable:
    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.TESTPAY:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public
@csrf_exempt
@require_POST
@pretending
def charges(request: HttpRequest) -> HttpResponse:
    """Open a charge; the same reference again gives the same one."""
    try:
        wish = json.loads(request.body)
        if not all(_is_of_this_site(request, wish[name]) for name in ("return_url", "notify_url")):
            return HttpResponseBadRequest("Only addresses of this site.")
        charge = bank.open_charge(wish, key=_key(request))
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return HttpResponseBadRequest("Not understood.")
    page = request.organisation.url + reverse("public:testpay", args=[charge.public_id])
    return JsonResponse({"charge": charge.public_id, "page": page})


@public
@require_GET
@pretending
def charge_status(request: HttpRequest, public_id: str) -> HttpResponse:
    charge = get_object_or_404(TestpayCharge, public_id=public_id)
    if not constant_time_compare(charge.key["key"], _key(request)):
        raise Http404
    return JsonResponse(bank.facts_of(charge))


@public
@require_http_methods(["GET", "HEAD", "POST"])
@pretending
def testpay(request: HttpRequest, public_id: str) -> HttpResponse:
    """The payer decides what the provider does; then back to the merchant."""
    charge = get_object_or_404(TestpayCharge, public_id=public_id)
    if request.method == "POST" and request.POST.get("deed") in bank.Deed:
        bank.act(charge, request.POST["deed"])
        return HttpResponseRedirect(charge.return_url)
    return render(request, "public/payment_testpay.html", {"charge": charge, "deeds": bank.deeds_for(charge)})


def _key(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _is_of_this_site(request: HttpRequest, address: str) -> bool:
    # Anybody may open a charge with a key of her own: it must lead, and send, nowhere else.
    return address.startswith(f"{request.organisation.url}/")
