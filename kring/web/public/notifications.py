"""Notifications from payment providers. Nobody logs in here; what counts is the signature."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kring.accounts.requests import TenantRequest
from kring.core.tenancy import opens_own_scope
from kring.payments import inbox
from kring.web.access import public
from kring.web.notices import receive_notice


@public
@opens_own_scope
@csrf_exempt
@require_POST
def notifications(request: TenantRequest, method: str) -> HttpResponse:
    """200: it is stored, now or before. The same for an unknown payment, so that nothing is to be learnt here."""
    account = request.GET.get("account", "")[:60]

    def receive(body: bytes, headers: Mapping[str, str]) -> bool:
        return inbox.receive(request.organisation, method, account=account, body=body, headers=headers)

    return receive_notice(request, receive)
