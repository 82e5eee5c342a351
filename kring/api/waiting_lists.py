"""The waiting list of an event: its rules, switching it on and off, and all that happens on it (W1, W8)."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from ninja import Query, Status

from kring.api.access import ApiRequest, Token
from kring.api.event_acts import REFUSED
from kring.api.events import EventKey, find, router
from kring.api.paging import LARGEST, LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.api.values import moment
from kring.api.waiting_values import ListChange, ListEnded, ListOut, StepKind, StepOut, Steps
from kring.events.models import Event, WaitingList
from kring.events.models.event import EventQuerySet
from kring.waiting import free_places, managing, steps
from kring.waiting.models import WaitingEntry

READ, WRITE = Token("events"), Token("events:write")
PATH = "/{event}/waiting-list"
RULES = (
    *("is_on", "covers_all", "hours", "remind_hours", "members_first", "largest_party"),
    *("policy", "patience", "mode", "prices", "others"),
)


@router.get(PATH, auth=READ, response={200: ListOut, 404: Problem} | ANY, operation_id="get_waiting_list")
def get_waiting_list(request: ApiRequest, event: EventKey) -> ListOut:
    """The list's rules, and how many wait; 404 where it was never switched on."""
    found = WaitingList.objects.filter(event=find(event)).first()
    if found is None:
        raise Http404("This event has no waiting list.")
    return _shown(found)


@router.post(PATH, auth=WRITE, response={201: ListOut, 400: Problem} | REFUSED, operation_id="switch_waiting_list_on")
def switch_waiting_list_on(request: ApiRequest, event: EventKey, rules: ListChange) -> Status:
    """For all attractions, or for those that are named. A list that is on already is refused."""
    made = managing.switch_on(find(event, _rows()), attractions=rules.attractions, **rules.rules())
    return Status(201, _shown(made))


@router.patch(PATH, auth=WRITE, response={200: ListOut, 400: Problem} | REFUSED, operation_id="change_waiting_list")
def change_waiting_list(request: ApiRequest, event: EventKey, change: ListChange) -> ListOut:
    """An attraction with waiting entries keeps its list."""
    found = free_places.list_of(find(event, _rows()))
    now = None if found.covers_all else _covered(found)
    attractions = change.attractions if "attractions" in change.model_fields_set else now
    managing.change_list(found, attractions=attractions, **change.rules())
    return _shown(found)


@router.delete(PATH, auth=WRITE, response={200: ListEnded} | REFUSED, operation_id="switch_waiting_list_off")
def switch_waiting_list_off(request: ApiRequest, event: EventKey) -> ListEnded:
    """All who wait are notified that the list has ended; those invited may still register until their deadline."""
    found = free_places.list_of(find(event, _rows()))
    return ListEnded(notified=managing.switch_off(found))


@router.get(
    f"{PATH}/steps",
    auth=Token("registrations"),
    response={200: Steps, 404: Problem} | ANY,
    operation_id="list_waiting_steps",
)
def list_waiting_steps(
    request: ApiRequest,
    event: EventKey,
    after: Annotated[int, Query(ge=0, le=LARGEST_KEY, description="`last` of the answer before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST)] = LARGEST,
) -> Steps:
    """The steps in their order; a client that continues with `last` misses none. One statement for any number."""
    rows = steps.since(find(event), after)[:limit]
    items = [
        StepOut(id=row.pk, entry=row.entry_id, kind=StepKind(row.kind), at=moment(row.at), facts=row.facts)
        for row in rows
    ]
    return Steps(items=items, last=items[-1].id if items else after)


def _rows() -> EventQuerySet:
    return Event.objects.select_related("pool")


def _covered(waiting_list: WaitingList) -> list[int]:
    rows = waiting_list.event.attractions.filter(has_waiting_list=True)
    return list(rows.order_by("position", "pk").values_list("pk", flat=True))


def _shown(waiting_list: WaitingList) -> ListOut:
    entries = WaitingEntry.objects.filter(event=waiting_list.event_id)
    return ListOut(
        **{name: getattr(waiting_list, name) for name in RULES},
        attractions=_covered(waiting_list),
        ends_at=moment(waiting_list.ends_at),
        waiting=entries.waiting().count(),
        invited=entries.filter(state=WaitingEntry.State.INVITED).count(),
    )
