"""The page of one event: what, when, where, and what can be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kring.accounts.models import Role
from kring.core.markdown import html_of
from kring.events.calendar import MIMETYPE, calendar_file, calendar_filename
from kring.events.models import Event
from kring.events.offering import offers_of
from kring.web.access import public, roles
from kring.web.public import structured_data
from kring.web.public.choices import shelves
from kring.web.public.forms import quantities

PREVIEWERS = {Role.Name.ORG_ADMIN, Role.Name.ORGANISER}


def visible_event(request: HttpRequest, slug: str) -> Event:
    """404 for what is not public; those who prepare it may look already."""
    event = get_object_or_404(Event.objects.with_what_a_page_shows(), slug=slug)
    if event.state == Event.State.NEW and not roles(request) & PREVIEWERS:
        raise Http404
    event.organisation = request.organisation  # type: ignore[attr-defined]
    return event


@public
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    return event_page(request, visible_event(request, slug), wanted=quantities(request.GET))


def event_page(
    request: HttpRequest, event: Event, *, wanted: Mapping[int, int] | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """`wanted` fills in how many; `problem` says why an order did not come about."""
    return render(
        request, "public/event.html", _shown(request, event, wanted or {}) | {"problem": problem}, status=status
    )


def _shown(request: HttpRequest, event: Event, wanted: Mapping[int, int]) -> dict[str, Any]:
    offers = offers_of(event)
    url = request.build_absolute_uri(event.get_absolute_url())
    picture = request.build_absolute_uri(event.photo.url) if event.photo else ""
    currency = request.organisation.currency  # type: ignore[attr-defined]
    return {
        "event": event,
        "shelves": shelves(offers, wanted),
        "can_order": any(offer.can_order for offer in offers),
        "is_free": all(ticket.price == 0 for offer in offers for ticket in offer.tickets),
        "text": html_of(event.description),
        "url": url,
        "picture": picture,
        "structured_data": structured_data.of_event(event, offers, url=url, picture=picture, currency=currency),
    }


@public
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event = visible_event(request, slug)
    file = calendar_file(event, request.build_absolute_uri(event.get_absolute_url()))
    response = HttpResponse(file, content_type=MIMETYPE)
    response["Content-Disposition"] = f'attachment; filename="{calendar_filename(event)}"'
    return response
