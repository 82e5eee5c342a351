"""The pretend provider: its API for the merchant, its page for the payer. Served only in demo and tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kring.accounts.requests import TenantRequest
from kring.core.json_input import read_json
from kring.payments.testpay import bank, returning
from kring.payments.testpay.models import TestpayCharge
from kring.web.access import public


class WishForm(forms.Form):
    """A merchant's request for a charge. Anybody can send one: it must not redirect or notify anywhere else."""

    reference = forms.CharField(max_length=35)
    amount = forms.DecimalField(min_value=Decimal("0.01"), max_digits=10, decimal_places=2)
    currency = forms.RegexField(r"^[A-Z]{3}$")
    description = forms.CharField(max_length=200, required=False)
    return_url = forms.CharField(max_length=500)
    notify_url = forms.CharField(max_length=500)

    def __init__(self, *args: Any, site: str) -> None:
        super().__init__(*args)
        for name in ("return_url", "notify_url"):
            self.fields[name].validators.append(RegexValidator(f"^{re.escape(site)}/"))


class RefundWishForm(forms.Form):
    reference = forms.CharField(max_length=35)
    amount = forms.DecimalField(min_value=Decimal("0.01"), max_digits=10, decimal_places=2)


def pretending(view: Callable) -> Callable:
    @wraps(view)
    @never_cache
    def guarded(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.TESTPAY:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public
@csrf_exempt
@require_POST
@pretending
def charges(request: TenantRequest) -> HttpResponse:
    """Open a charge; the same reference again gives the same one."""
    wish = WishForm(_json(request), site=request.organisation.url)
    if not wish.is_valid():
        return JsonResponse({"errors": wish.errors}, status=400)
    charge = bank.open_charge(wish.cleaned_data, key=_key(request))
    page = request.organisation.url + reverse("public:testpay", args=[charge.public_id])
    return JsonResponse({"charge": charge.public_id, "page": page})


@public
@require_GET
@pretending
def charge_status(request: TenantRequest, public_id: str) -> HttpResponse:
    return JsonResponse(bank.facts_of(_of_the_merchant(request, public_id)))


@public
@csrf_exempt
@require_POST
@pretending
def refunds(request: TenantRequest, public_id: str) -> HttpResponse:
    """Refund so much of a charge; the same reference again is the same refund."""
    charge, wish = _of_the_merchant(request, public_id), RefundWishForm(_json(request))
    if not wish.is_valid():
        return JsonResponse({"errors": wish.errors}, status=400)
    try:
        return JsonResponse(returning.ask(charge, **wish.cleaned_data))
    except returning.NoBalance:
        return JsonResponse({"error": "insufficient_balance"}, status=409)
    except returning.AnswerLost:
        # Not with 500: that would undo it.
        return HttpResponse(status=202)


def _of_the_merchant(request: TenantRequest, public_id: str) -> TestpayCharge:
    charge: TestpayCharge = get_object_or_404(TestpayCharge, public_id=public_id)
    if not constant_time_compare(charge.key["key"], _key(request)):
        raise Http404
    return charge


@public
@require_http_methods(["GET", "HEAD", "POST"])
@pretending
def testpay(request: TenantRequest, public_id: str) -> HttpResponse:
    """The payer decides what the provider does; then back to the merchant. Once it is paid, the provider's own site."""
    charge = get_object_or_404(TestpayCharge, public_id=public_id)
    action = request.POST.get("action", "")
    if action in bank.PayerAction:
        bank.act(charge, action)
        return HttpResponseRedirect(charge.return_url)
    if action in returning.SiteAction:
        returning.act(charge, action)
        return HttpResponseRedirect(request.path)
    if request.POST.get("refunding") in TestpayCharge.Refunding:
        returning.behave(charge, request.POST["refunding"])
        return HttpResponseRedirect(request.path)
    facts = {"charge": charge, "actions": bank.actions_for(charge), "site_actions": returning.actions_for(charge)}
    return render(request, "public/payment_testpay.html", facts)


def _key(request: TenantRequest) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _json(request: TenantRequest) -> dict[str, object]:
    try:
        body = read_json(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
