"""Sessions inside attractions, and who chose which (E9)."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from ninja import Path
from pydantic import BaseModel, Field

from kring.api import registrations
from kring.api.access import ApiRequest, Token
from kring.api.events import EventKey, Places, find, router
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.api.values import Moment, moment
from kring.events.models import Session
from kring.places.capacity import free_places
from kring.registrations import sessions as choosing
from kring.registrations.models import Registration
from kring.registrations.refusals import NoSuchSession

RegistrationKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]


class SessionOut(BaseModel):
    id: int
    attraction: int
    name: str
    description: str
    room: str
    starts_at: Moment
    ends_at: Moment
    chosen_until: Moment = Field(description="Until then it may be taken or left.")
    places: Places


class ChoiceIn(BaseModel):
    sessions: list[Annotated[int, Field(ge=1, le=LARGEST_KEY)]] = Field(
        max_length=100, description="Exactly these: what is not among them is given back."
    )


@router.get(
    "/{event}/sessions",
    auth=Token("events"),
    response={200: list[SessionOut], 404: Problem} | ANY,
    operation_id="list_sessions",
)
def list_sessions(request: ApiRequest, event: EventKey) -> list[SessionOut]:
    """All sessions of an event, by time, with the places that are free now."""
    rows = Session.objects.filter(attraction__event=find(event)).select_related("pool")
    return _shown(list(rows))


@registrations.router.get(
    "/{id}/sessions",
    auth=Token("registrations"),
    response={200: list[SessionOut], 404: Problem} | ANY,
    operation_id="get_chosen_sessions",
)
def get_chosen_sessions(request: ApiRequest, id: RegistrationKey) -> list[SessionOut]:
    return _chosen(_registration(id))


@registrations.router.put(
    "/{id}/sessions",
    auth=Token("registrations:write"),
    response={200: list[SessionOut], 400: Problem, 404: Problem, 409: Problem} | ANY,
    operation_id="choose_sessions",
)
def choose_sessions(request: ApiRequest, id: RegistrationKey, choice: ChoiceIn) -> list[SessionOut]:
    """All or nothing: clashing, full and closed sessions are refused. Repeated: no effect."""
    registration = _registration(id)
    wanted = list(Session.objects.filter(pk__in=choice.sessions).select_related("pool"))
    if len(wanted) < len(set(choice.sessions)):
        raise NoSuchSession(attraction=registration.attraction)
    choosing.choose(registration, wanted)
    return _chosen(registration)


def _registration(key: int) -> Registration:
    found: Registration | None = Registration.objects.with_what_choosing_needs().filter(pk=key).first()
    if found is None:
        raise Http404("There is no such registration.")
    return found


def _chosen(registration: Registration) -> list[SessionOut]:
    return _shown([booking.session for booking in choosing.bookings_of(registration)])


def _shown(sessions: list[Session]) -> list[SessionOut]:
    free = free_places([each.pool for each in sessions])
    return [
        SessionOut(
            id=each.pk,
            attraction=each.attraction_id,
            **{name: getattr(each, name) for name in ("name", "description", "room")},
            **{name: moment(getattr(each, name)) for name in ("starts_at", "ends_at", "chosen_until")},
            places=Places(capacity=each.pool.capacity, free=free[each.pool_id]),
        )
        for each in sessions
    ]
