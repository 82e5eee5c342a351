"""The row density of lists: stored with the account, so that it is the same on every device."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kring.accounts.models import User
from kring.accounts.requests import UserRequest
from kring.web.access import needs_login


@needs_login
@require_POST
def density(request: UserRequest) -> HttpResponse:
    """For any logged-in user: lists in the administration also open to makers of events and leaders of groups."""
    chosen, back = request.POST.get("density", ""), request.POST.get("next", "")
    if chosen in User.Density.values:
        User.objects.filter(pk=request.user.pk).update(density=chosen)
    # Only an address: what begins otherwise, `redirect` would take for the name of a route.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if is_ours else reverse("manage:events"))
