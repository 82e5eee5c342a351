"""The names of the ways to pay at a provider, for its card among the choices."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.core.tenancy import opens_own_scope, scope
from kring.payments import accounts, paying
from kring.payments.method import KeysRefused, ProviderUnavailable
from kring.payments.methods import method as method_called
from kring.payments.refusals import NotOffered
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret, order_behind


@public
@opens_own_scope
@require_safe
@behind_a_secret
def payment_ways(request: TenantRequest, secret: str, method: str) -> HttpResponse:
    """Loaded after the page, which does not wait for the provider; without its answer there are none."""
    kind = method_called(method)
    try:
        with scope(request.organisation):
            order = order_behind(secret)
            left, account = paying.left_of(order), accounts.to_pay_with(kind)
            account.organisation = request.organisation
        with accounts.watched(account):
            names = kind.ways(account, left, order.currency, get_language() or order.language)
    except (NotOffered, ProviderUnavailable, KeysRefused):
        names = []
    return render(request, "public/payment_ways.html", {"names": names})
