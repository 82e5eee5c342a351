"""The first steps: their own page, also when the dashboard does not show them any more."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import TenantRequest, UserRequest
from kring.organisations.first_steps import bring_back, hide
from kring.web.manage.first_steps.steps import first_steps
from kring.web.manage.pages import show
from kring.web.manage.rights import needs


@needs("see_first_steps")
@require_safe
@never_cache
def page(request: UserRequest) -> HttpResponse:
    steps, has_samples = first_steps(request.organisation)
    done = sum(step.is_done for step in steps)
    return show(request, "manage/first_steps/page.html", first_steps=steps, steps_done=done, has_samples=has_samples)


@needs("see_first_steps")
@require_POST
def hiding(request: TenantRequest) -> HttpResponse:
    hide(request.organisation)
    return redirect("manage:dashboard")


@needs("see_first_steps")
@require_POST
def bringing_back(request: TenantRequest) -> HttpResponse:
    bring_back(request.organisation)
    return redirect("manage:dashboard")
