"""/api/ticket/validate (K3): GET shows what would happen, POST lets in."""

from __future__ import annotations

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from kring.accounts.requests import TenantRequest
from kring.checkin import scanning
from kring.web.door.answers import answer, unusable
from kring.web.door.callers import DOOR_ROLES, CallerRefused, caller
from kring.web.door.question import Unusable, read_question


@csrf_exempt  # a token needs none; `caller` demands it of a session
def validate(request: TenantRequest) -> JsonResponse:
    if request.method not in ("GET", "HEAD", "POST"):
        return _json(unusable(_("Use GET to look, POST to let in.")), 405, Allow="GET, HEAD, POST")
    try:
        who = caller(request)
        question = read_question(request)
    except CallerRefused as refused:
        challenge = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
        return _json(answer(scanning.forbidden(str(refused))), refused.status, **challenge)
    except Unusable as problem:
        return _json(unusable(str(problem)), problem.status)
    if request.method == "POST":
        device = question.device or who.device
        result = scanning.scan(
            question.code,
            event=question.event,
            location=question.location,
            device=device,
            user=who.user,
            anyway=question.anyway,
        )
    else:
        result = scanning.verdict(question.code, event=question.event, user=who.user)
    return _json(answer(result), 200)


validate.allowed_roles = DOOR_ROLES  # type: ignore[attr-defined]


def _json(content: dict[str, object], status: int, **headers: str) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store", **headers})
