"""Creating and changing events and their attractions, and changing an event's state: the verbs of the pages (X2)."""

from __future__ import annotations

from dataclasses import fields as columns_of
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Path, Status

from kring.accounts.models import User
from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import (
    AttractionChange,
    AttractionIn,
    EventChange,
    EventIn,
    OrganiserIn,
    TicketTypeChange,
    WithReason,
)
from kring.api.events import AttractionOut, EventDetail, EventKey, attraction_of, detail_of, find, router
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.core.refusals import Refusal
from kring.events import editing, editing_parts, lifecycle, organisers
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Attraction, Event, Organiser
from kring.events.naming import suggest_code, suggest_slug
from kring.registrations import calling_off

WRITE, APPROVE = Token("events:write"), Token("events:approve")
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]


class NotItsTicketTypes(Refusal):
    code = "not_its_ticket_types"
    message = _("Give each ticket type of this attraction once, and no others.")


@router.post("", auth=WRITE, response={201: EventDetail, 409: Problem} | ANY, operation_id="create_event")
def create_event(request: ApiRequest, event: EventIn) -> Status:
    """Creates an event; the token's creator is its maker. Then add attractions, and submit it."""
    fields = event.sent("organiser", "ends_at")
    title = f"{event.name} {event.edition}".strip()
    fields.setdefault("slug", suggest_slug(title))
    fields.setdefault("code", suggest_code(event.name, timezone.localtime(event.starts_at).year))
    made = editing.create_event(
        created_by=_by(request),
        organiser=_organiser(event.organiser),
        ends_at=event.ends_at or editing.end_of_day(event.starts_at),
        **fields,
    )
    return Status(201, detail_of(request, made))


@router.patch("/{event}", auth=WRITE, response={200: EventDetail} | REFUSED, operation_id="change_event")
def change_event(request: ApiRequest, event: EventKey, change: EventChange) -> EventDetail:
    found = _event(event)
    fields = change.sent("places")
    if "ends_at" in fields:
        fields["ends_at"] = fields["ends_at"] or editing.end_of_day(fields.get("starts_at") or found.starts_at)
    now = found.pool.capacity if found.pool else None
    editing.change_event(found, places=change.places if "places" in change.model_fields_set else now, **fields)
    return detail_of(request, found)


@router.post("/{event}/submission", auth=WRITE, response={200: EventDetail} | REFUSED, operation_id="submit_event")
def submit_event(request: ApiRequest, event: EventKey) -> EventDetail:
    """Submits it for approval, where the organisation requires that; else accepts it, and opens it if it is time."""
    return _moved(request, event, lifecycle.submit)


@router.post("/{event}/withdrawal", auth=WRITE, response={200: EventDetail} | REFUSED, operation_id="withdraw_event")
def withdraw_event(request: ApiRequest, event: EventKey) -> EventDetail:
    """Withdraws the submission before anybody has decided: the event is new again."""
    return _moved(request, event, lifecycle.withdraw)


@router.post("/{event}/acceptance", auth=APPROVE, response={200: EventDetail} | REFUSED, operation_id="accept_event")
def accept_event(request: ApiRequest, event: EventKey) -> EventDetail:
    return _moved(request, event, lifecycle.accept)


@router.post("/{event}/rejection", auth=APPROVE, response={200: EventDetail} | REFUSED, operation_id="reject_event")
def reject_event(request: ApiRequest, event: EventKey, why: WithReason) -> EventDetail:
    """Sends the event back: it is new again, and its maker gets the reason."""
    return _moved(request, event, lifecycle.reject, reason=why.reason)


@router.post("/{event}/cancellation", auth=WRITE, response={200: EventDetail} | REFUSED, operation_id="cancel_event")
def cancel_event(request: ApiRequest, event: EventKey, why: WithReason) -> EventDetail:
    """Cancels the event: everybody concerned is notified. Money is not refunded automatically."""
    return _moved(request, event, calling_off.call_off, reason=why.reason)


@router.post(
    "/{event}/attractions", auth=WRITE, response={201: AttractionOut} | REFUSED, operation_id="create_attraction"
)
def create_attraction(request: ApiRequest, event: EventKey, attraction: AttractionIn) -> Status:
    made = editing_parts.add_attraction(
        _event(event),
        places=attraction.places,
        ticket_types=[each.wish() for each in attraction.ticket_types],
        **attraction.fields(),
    )
    return Status(201, attraction_of(request, made))


@router.patch(
    "/{event}/attractions/{id}", auth=WRITE, response={200: AttractionOut} | REFUSED, operation_id="change_attraction"
)
def change_attraction(request: ApiRequest, event: EventKey, id: Key, change: AttractionChange) -> AttractionOut:
    found = _attraction(event, id)
    editing_parts.change_attraction(
        found,
        places=change.places if "places" in change.model_fields_set else found.pool.capacity,
        ticket_types=_wishes(found, change.ticket_types),
        **change.fields(),
    )
    return attraction_of(request, found)


@router.delete(
    "/{event}/attractions/{id}", auth=WRITE, response={204: None} | REFUSED, operation_id="remove_attraction"
)
def remove_attraction(request: ApiRequest, event: EventKey, id: Key) -> Status:
    editing_parts.remove_attraction(_attraction(event, id))
    return Status(204, None)


def _by(request: ApiRequest) -> User | None:
    return request.auth.created_by


def _event(key: str) -> Event:
    return find(key, Event.objects.with_what_a_page_shows())


def _attraction(event: str, pk: int) -> Attraction:
    rows = Attraction.objects.select_related("event__pool", "pool").filter(event=_event(event), pk=pk)
    if (found := rows.first()) is None:
        raise Http404("There is no such attraction.")
    return found


def _moved(request: ApiRequest, key: str, verb: Any, **facts: Any) -> EventDetail:
    event = find(key, Event.objects.select_related("organiser", "pool", "created_by"))
    verb(event, by=_by(request), **facts)
    return detail_of(request, event)


def _organiser(wanted: OrganiserIn) -> Organiser:
    there = Organiser.objects.filter(name=wanted.name).first()
    return there or organisers.create(**wanted.model_dump())


def _wishes(attraction: Attraction, wanted: list[TicketTypeChange]) -> list[TicketTypeWish]:
    """Ticket types that are not named stay as they are: their order counts, and whether any of them costs something."""
    there = {each.pk: each for each in attraction.ticket_types.select_related("pool")}
    named = [each.id for each in wanted if each.id]
    if len(set(named)) < len(named) or set(named) - there.keys():
        raise NotItsTicketTypes
    as_they_are = [_as_it_is(row) for pk, row in there.items() if pk not in named]
    return [*as_they_are, *(each.wish() for each in wanted)]


def _as_it_is(row: Any) -> TicketTypeWish:
    same = {each.name: getattr(row, each.name) for each in columns_of(TicketTypeWish) if each.name != "places"}
    return TicketTypeWish(places=row.pool.capacity if row.pool else None, **same)
