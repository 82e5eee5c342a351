"""The pretend registry of members, at the address docs/registry.md describes. Served only in demo and tests."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kring.accounts.requests import TenantRequest
from kring.core.json_input import read_json
from kring.events.eligibility import reference
from kring.web.access import public
from kring.web.public.testpay import pretending


@public
@csrf_exempt
@require_POST
@pretending
def testregistry(request: TenantRequest) -> HttpResponse:
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {reference.TOKEN}"):
        return JsonResponse({"error": "Whose key is this?"}, status=400)
    try:
        question = read_json(request.body)
    except ValueError:
        return JsonResponse({"error": "This is no JSON."}, status=400)
    return JsonResponse(reference.answer(question))
