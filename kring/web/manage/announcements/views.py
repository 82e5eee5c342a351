from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kring.accounts.requests import UserRequest
from kring.hosting import announcing
from kring.web.manage.rights import needs


@needs("see_announcements")
@require_POST
@never_cache
def closing(request: UserRequest, pk: int) -> HttpResponse:
    announcing.close(pk, request.user)
    return redirect("manage:dashboard")
