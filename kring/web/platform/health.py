"""Jobs, emails and workers of the whole installation on one page; failed jobs are tried again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import heartbeat
from kring.core.refusals import Refusal
from kring.hosting import health
from kring.web.access import needs_platform_admin
from kring.web.platform.organisations import as_platform


@require_safe
@needs_platform_admin
@never_cache
def index(request: UserRequest) -> HttpResponse:
    counts, failed = health.jobs()
    alive = heartbeat.is_alive(heartbeat.silence())
    context = {"counts": counts, "failed": failed, "mails": health.mails(), "worker_is_alive": alive}
    return render(request, "platform/health.html", context)


@require_POST
@needs_platform_admin
def trying_again(request: UserRequest, number: int) -> HttpResponse:
    try:
        name = as_platform(request, lambda: health.try_again(number))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s will be tried again.") % {"name": name})
    return redirect("platform:health")
