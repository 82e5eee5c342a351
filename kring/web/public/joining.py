"""Joining the waiting list of an event (W2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from kring.core.tenancy import scope
from kring.web.access import public
from kring.web.public.events import visible_event
from kring.web.public.same_origin import from_our_own_pages
from kring.web.scoping import opens_own_scope


@public
@opens_own_scope
@from_our_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    with scope(request.organisation):  # type: ignore[attr-defined]
        event = visible_event(request, slug)
        return render(request, "public/waiting/join.html", {"event": event})
