"""Where a member confirms a new email address. Opening the link does nothing yet: mail programs do it too."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.members import requesting
from kring.members.models import ChangeRequest
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def confirm(request: TenantRequest, token: str) -> HttpResponse:
    """It says nothing about whom it is for: whoever reads this mail may be anybody."""
    found = requesting.behind(token)
    if found is None:
        return render(request, "public/membership/address.html", {"email": ""}, status=404)
    is_done = request.method == "POST"
    if is_done:
        requesting.prove(found)
    page = {
        "email": found.new[found.part],
        "is_done": is_done,
        "waits": found.state == ChangeRequest.State.OPEN,
    }
    return render(request, "public/membership/address.html", page)
