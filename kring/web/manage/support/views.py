"""Support access, as the organisation sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.hosting import supporting
from kring.hosting.models import SupportAccess
from kring.web.manage.pages import show
from kring.web.manage.rights import needs
from kring.web.support import support_of

LATEST = 50


@needs("see_support")
@require_safe
@never_cache
def page(request: UserRequest) -> HttpResponse:
    accesses = SupportAccess.objects.filter(organisation=request.organisation)[:LATEST]
    return show(request, "manage/support/page.html", accesses=accesses)


@needs("decide_support")
@require_POST
@never_cache
def switch(request: UserRequest) -> HttpResponse:
    decision = request.POST.get("support")
    if decision == "allow":
        supporting.allow(request.organisation)
        messages.success(request, _("Support access is allowed."))
    elif decision == "forbid":
        supporting.forbid(request.organisation)
        messages.success(request, _("Support access is forbidden. What went on has ended."))
    return redirect("manage:support")


@needs("see_support")
@require_POST
@never_cache
def ending(request: UserRequest, pk: int) -> HttpResponse:
    """By an administrator, or by whoever has it: they see no page of the administration afterwards."""
    access = get_object_or_404(SupportAccess, pk=pk, organisation=request.organisation)
    try:
        supporting.end(access)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The support access has ended."))
    return redirect("public:home" if access == support_of(request) else "manage:support")
