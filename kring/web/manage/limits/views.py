"""The limits that hold for the organisation."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.web.limits import grouped
from kring.web.manage.pages import show
from kring.web.manage.rights import needs


@needs("see_limits")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show(request, "manage/limits/limits.html", groups=grouped())
