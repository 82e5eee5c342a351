"""The page of a waiting entry: its position, what happens next, and how to leave (W2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import TenantRequest
from kring.core.refusals import WrongState
from kring.waiting import joining
from kring.waiting.models import WaitingEntry
from kring.web.access import public
from kring.web.public.queue_place import Place
from kring.web.public.secret_links import behind_a_secret


@public
@require_safe
@behind_a_secret
def waiting(request: TenantRequest, secret: str) -> HttpResponse:
    entry = _entry_behind(secret)
    return render(request, "public/waiting/entry.html", {"entry": entry, "event": entry.event, "place": Place(entry)})


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def leave(request: TenantRequest, secret: str) -> HttpResponse:
    """Confirmation page on GET; POST does it. A second time, or where it is over: the page shows how it ended."""
    entry = _entry_behind(secret)
    if not entry.is_live:
        return redirect("public:waiting", secret)
    if request.method != "POST":
        return render(request, "public/waiting/leave.html", {"entry": entry, "event": entry.event})
    try:
        joining.leave(entry)
    except WrongState:
        return redirect("public:waiting", secret)
    messages.success(request, _("You have left the waiting list."))
    return redirect("public:waiting", secret)


def _entry_behind(secret: str) -> WaitingEntry:
    return get_object_or_404(WaitingEntry.objects.select_related("event__pool"), secret=secret)
