"""Where a user is logged in, on the pages of a site or of the platform: listed, and ended (A6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts import sessions
from kring.accounts.requests import UserRequest


def logins_page(request: UserRequest, route: str) -> HttpResponse:
    """GET lists; POST ends the one named `session`, or with `others` all but this one, and goes back to `route`."""
    if request.method == "POST":
        _end(request)
        return redirect(route)
    found = list(sessions.of(request.user))
    page = {"sessions": found, "this": request.session.session_key, "has_others": len(found) > 1}
    return render(request, "logins.html", page)


def _end(request: UserRequest) -> None:
    if "others" in request.POST:
        ended = sessions.end_others(request.user, request.session.session_key)
        text = ngettext("%(n)s device has been logged out.", "%(n)s devices have been logged out.", ended)
        messages.success(request, text % {"n": ended})
    elif sessions.end(request.user, request.POST.get("session", ""), but=request.session.session_key):
        messages.success(request, _("The device has been logged out."))
    else:
        messages.info(request, _("That device had been logged out already."))
