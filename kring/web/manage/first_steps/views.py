"""Hiding the first steps. They are shown on the dashboard."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kring.accounts.requests import TenantRequest
from kring.organisations.first_steps import hide
from kring.web.manage.rights import needs


@needs("see_first_steps")
@require_POST
def hiding(request: TenantRequest) -> HttpResponse:
    hide(request.organisation)
    return redirect("manage:dashboard")
