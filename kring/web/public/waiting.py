"""The page of somebody who waits: where she stands, what happens next, and how to leave (W2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kring.waiting import joining
from kring.waiting.models import Entry
from kring.web.access import public
from kring.web.public.private import behind_a_secret


@public
@require_safe
@behind_a_secret
def waiting(request: HttpRequest, secret: str) -> HttpResponse:
    entry = _entry_behind(secret)
    page = {"entry": entry, "event": entry.event, "position": joining.position_of(entry)}
    return render(request, "public/waiting/entry.html", page)


@public
@require_POST
@behind_a_secret
def leave(request: HttpRequest, secret: str) -> HttpResponse:
    joining.leave(_entry_behind(secret))
    return redirect("public:waiting", secret)


def _entry_behind(secret: str) -> Entry:
    return get_object_or_404(Entry.objects.select_related("event__pool"), secret=secret)
