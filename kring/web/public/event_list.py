"""An organisation's events as cards."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.events.cards import cards
from kring.events.models import Event, EventQuerySet
from kring.web.access import public
from kring.web.public.finding import FindForm

PAGE = 24


@public
@require_safe
def home(request: TenantRequest) -> HttpResponse:
    """Those to come, soonest first; `?when=past` those that were, latest first; FindForm narrows them down."""
    past = request.GET.get("when") == "past"
    events = _past() if past else Event.objects.listed().upcoming()
    form = FindForm(request.GET, events=events)
    page = Paginator(form.apply(events).with_what_a_page_shows(), PAGE).get_page(request.GET.get("page"))
    # htmx requests only the part that changes.
    template = "public/home.html#events" if request.htmx else "public/home.html"
    shown = {"page": page, "cards": cards(page.object_list), "past": past, "q": " ".join(form.words), "form": form}
    return render(request, template, shown)


def _past() -> EventQuerySet:
    return Event.objects.listed().filter(ends_at__lt=timezone.now()).order_by("-starts_at", "-pk")
