"""Notifications from payment providers. Nobody logs in here; what counts is the signature."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kring.accounts.requests import TenantRequest
from kring.core.proxies import client_address
from kring.core.tenancy import opens_own_scope
from kring.payments import inbox
from kring.payments.method import BadNotification
from kring.payments.methods import UnknownMethod
from kring.web.access import public

LARGEST = 64 * 1024
# From one address: after this many unsigned requests, further ones are rejected for a while.
BAD_ONES = 30
WHILE_SECONDS = 60


@public
@opens_own_scope
@csrf_exempt
@require_POST
def notifications(request: TenantRequest, method: str) -> HttpResponse:
    """200: it is stored, now or before. The same for an unknown payment, so that nothing is to be learnt here."""
    key = f"bad-notifications:{client_address(request)}"
    if cache.get(key, 0) >= BAD_ONES:
        return _answer("Too many.", 429)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return _answer("Too large.", 413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    account = request.GET.get("account", "")[:60]
    try:
        inbox.receive(request.organisation, method, account=account, body=body, headers=headers)
    except (BadNotification, UnknownMethod):
        cache.set(key, cache.get(key, 0) + 1, WHILE_SECONDS)
        return _answer("Not understood.", 401)
    return _answer("OK")


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
