"""An organisation's events as cards."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.events.cards import cards
from kring.events.models import Event, EventQuerySet
from kring.web.access import public

PAGE = 24
LONGEST_SEARCH = 100


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Those to come, soonest first; `?when=past` those that were, latest first; `?q=` searches among them."""
    past = request.GET.get("when") == "past"
    words = request.GET.get("q", "")[:LONGEST_SEARCH].split()
    events = _with(words, _past() if past else Event.objects.listed().upcoming())
    page = Paginator(events.with_what_a_page_shows(), PAGE).get_page(request.GET.get("page"))
    # htmx asks for what changes only.
    template = "public/home.html#events" if request.htmx else "public/home.html"  # type: ignore[attr-defined]
    shown = {"page": page, "cards": cards(page.object_list), "past": past, "q": " ".join(words)}
    return render(request, template, shown)


def _past() -> EventQuerySet:
    return Event.objects.listed().filter(ends_at__lt=timezone.now()).order_by("-starts_at", "-pk")


def _with(words: list[str], events: EventQuerySet) -> EventQuerySet:
    """Each word somewhere in what the card says or the description."""
    for word in words:
        events = events.filter(
            Q(name__icontains=word)
            | Q(edition__icontains=word)
            | Q(summary__icontains=word)
            | Q(location__icontains=word)
            | Q(address__icontains=word)
            | Q(description__icontains=word)
        )
    return events
