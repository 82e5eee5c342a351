"""Accounts at login services that open one's login on this site (A2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import connecting
from kring.accounts.models import Identity, IdentityProvider
from kring.accounts.requests import UserRequest
from kring.web.access import needs_login
from kring.web.asking_again import asks_again


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def identities(request: UserRequest) -> HttpResponse:
    """POST disconnects the one named `identity`."""
    mine = Identity.objects.filter(user=request.user).select_related("provider")
    if request.method == "POST":
        pk = request.POST.get("identity", "")
        found = get_object_or_404(mine, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        connecting.disconnect(request, found)
        messages.success(request, _("%(service)s has been disconnected.") % {"service": found.provider})
        return redirect("my:identities")
    known = list(mine.order_by("provider__name"))
    others = IdentityProvider.objects.filter(is_on=True).exclude(pk__in=[each.provider_id for each in known])
    return render(request, "my/identities.html", {"identities": known, "others": others})
