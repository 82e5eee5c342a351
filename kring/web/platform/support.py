"""Support access, as the platform's administrators begin and end it; what they did before stands below."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.hosting import supporting
from kring.hosting.models import SupportAccess
from kring.organisations.models import Organisation
from kring.web.access import needs_platform_admin
from kring.web.asking_again import asks_again
from kring.web.platform.forms import SupportForm
from kring.web.platform.organisations import as_platform

LATEST = 30


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@never_cache
@asks_again
def page(request: UserRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Organisation.objects.exclude(status=Organisation.Status.DELETING), pk=pk)
    form = SupportForm(request.POST or None)
    if form.is_valid():
        try:
            as_platform(request, lambda: supporting.grant(shown, request.user, **form.cleaned_data))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have support access now. Log in on the site with your own login."))
            return redirect("platform:support", pk)
    context = {
        "shown": shown,
        "form": form,
        "running": supporting.running(request.user, shown),
        "accesses": SupportAccess.objects.filter(organisation=shown)[:LATEST],
    }
    return render(request, "platform/support.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs_platform_admin
def ending(request: UserRequest, pk: int, access: int) -> HttpResponse:
    found = get_object_or_404(SupportAccess, pk=access, organisation=pk)
    try:
        as_platform(request, lambda: supporting.end(found))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The support access has ended."))
    return redirect("platform:support", pk)
