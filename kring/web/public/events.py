"""The page of one event: its description, date, place, and what can be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.models import Role
from kring.accounts.requests import TenantRequest
from kring.core.prepared_queries import prepared
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.calendar import MIMETYPE, calendar_file, calendar_filename
from kring.events.freshness import SECONDS_OLD, version_of
from kring.events.models import Event, TicketType
from kring.events.offering import AttractionOffer, offers_of
from kring.organisations.links import url_of
from kring.registrations.refusals import NoPlacesLeft
from kring.web.access import public, roles
from kring.web.public import codes, programme, shared_pages, structured_data
from kring.web.public.choices import shelves
from kring.web.public.forms import quantities, typed_prices
from kring.web.public.programme import who_may_come
from kring.web.public.terms_in_words import TermsInWords, terms_in_words
from kring.web.support import SUPPORT

PREVIEWERS = {Role.Name.ORG_ADMIN, Role.Name.ORGANISER, SUPPORT}


def visible_event(request: TenantRequest, slug: str) -> Event:
    """404 for an event that is not public, except to users who prepare it."""
    found = _called(slug=slug)
    if not found:
        raise Http404
    [event] = found
    if event.state not in Event.LISTED and not _may_preview(request, event):
        raise Http404
    event.organisation = request.organisation
    return event


def _may_preview(request: TenantRequest, event: Event) -> bool:
    is_its_maker = request.user.is_authenticated and event.created_by_id == request.user.pk
    return is_its_maker or bool(roles(request) & PREVIEWERS)


@prepared
def _called(slug: str) -> QuerySet[Event]:
    return Event.objects.with_what_a_page_shows().filter(slug=slug)


@public
@require_safe
@opens_own_scope
def event(request: TenantRequest, slug: str) -> HttpResponse:
    """Three statements for a visitor, if a page was made since the last change of what it shows."""
    organisation = request.organisation
    if not shared_pages.may_be_shared(request):
        with scope(organisation):
            wanted, typed = quantities(request.GET), typed_prices(request.GET)
            code = codes.typed(request.GET)
            return event_page(request, visible_event(request, slug), wanted=wanted, typed=typed, code=code)
    version = version_of(organisation, slug)
    if version is None:
        raise Http404
    if page := shared_pages.kept(request, version):
        return page
    with scope(organisation):
        return _made_anew(request, visible_event(request, slug), version)


def _made_anew(request: TenantRequest, event: Event, version: str) -> HttpResponse:
    offers = offers_of(event)
    page = shown(request, event, offers, wanted={}) | {"secret_key": shared_pages.MARK}
    html = render_to_string("public/event.html", page, request)
    return shared_pages.keep(request, version, html, until=_next_change(offers))


def _next_change(offers: list[AttractionOffer]) -> datetime:
    """When the next window opens or closes, and soon anyway: what else changes is in the version."""
    now = timezone.now()
    of_parts = [moment for offer in offers for moment in (offer.attraction.opens_at, offer.attraction.closes_at)]
    types = [each.ticket_type for offer in offers for each in offer.tickets]
    moments = [*of_parts, *(moment for each in types for moment in (each.sold_from, each.sold_until))]
    soon = now + timedelta(seconds=SECONDS_OLD)
    return min([soon, *(moment for moment in moments if moment and moment > now)])


def event_page(
    request: TenantRequest,
    event: Event,
    *,
    wanted: Mapping[int, int] | None = None,
    typed: Mapping[int, str] | None = None,
    problem: Refusal | None = None,
    code: str = "",
) -> HttpResponse:
    """For this request alone. `wanted` fills in the quantities, `typed` the prices that buyers choose, `code` is what
    was entered; `problem` is why an order was refused."""
    found, code_problem = codes.looked_at(request, event, code, problem)
    if problem is code_problem:
        problem = None
    offers = offers_of(event, found)
    page = shown(request, event, offers, wanted=wanted or {}, typed=typed)
    page |= {
        "code": codes.shown(event, offers, found) if found else None,
        "code_typed": code,
        "code_problem": str(code_problem or ""),
    }
    # Somebody else was faster, or was on the waiting list before.
    may_wait = isinstance(problem, NoPlacesLeft) and any(offer.can_wait for offer in offers)
    page |= {"problem": str(problem or ""), "may_wait": may_wait, "secret_key": shared_pages.secret_key()}
    why = problem or code_problem
    return render(request, "public/event.html", page, status=why.status if why else 200)


def shown(
    request: TenantRequest,
    event: Event,
    offers: list[AttractionOffer],
    *,
    wanted: Mapping[int, int],
    typed: Mapping[int, str] | None = None,
) -> dict[str, object]:
    organisation = request.organisation
    url = url_of(organisation, event.get_absolute_url())
    picture = organisation.url + event.photo.url if event.photo else ""
    may_cost = [ticket.ticket_type for offer in offers for ticket in offer.tickets if ticket.may_cost]
    return {
        "event": event,
        "programme": programme.shown(offers),
        "who_may_come": who_may_come(event, offers),
        "price_rules": programme.price_rules(event, offers),
        "is_listed": event.state in Event.LISTED,
        "shelves": shelves(offers, wanted, typed or {}),
        "can_order": any(offer.can_order and not offer.attraction.is_for_teams for offer in offers),
        "is_free": not may_cost,
        "refund_terms": _terms(event, may_cost, organisation.currency),
        "url": url,
        "picture": picture,
        "structured_data": structured_data.of_event(
            event, offers, url=url, picture=picture, currency=organisation.currency
        ),
    }


def _terms(event: Event, types: list[TicketType], currency: str) -> list[TermsInWords]:
    """Of tickets that cost something."""
    return [] if event.is_period or not types else terms_in_words(event, types, currency)


@public
@require_safe
def calendar(request: TenantRequest, slug: str) -> HttpResponse:
    event = visible_event(request, slug)
    file = calendar_file(event, url_of(request.organisation, event.get_absolute_url()))
    response = HttpResponse(file, content_type=MIMETYPE)
    response["Content-Disposition"] = f'attachment; filename="{calendar_filename(event)}"'
    return response
