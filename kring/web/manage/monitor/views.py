"""The monitor: a page, the same for a screen on the wall (`?wall=1`), and its figures alone, for htmx."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.web.manage.monitor.panels import panels
from kring.web.manage.pages import is_htmx, show
from kring.web.manage.rights import needs


@needs("see_monitor")
@require_safe
@never_cache
def monitor(request: UserRequest) -> HttpResponse:
    found, now = panels(), timezone.now()
    if is_htmx(request):
        return show(request, "manage/monitor/panels.html", panels=found, now=now)
    if "wall" in request.GET:
        return show(request, "manage/monitor/wall.html", appearance="dark", panels=found, now=now)
    return show(request, "manage/monitor/monitor.html", panels=found, now=now)
