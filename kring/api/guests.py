"""The guest list of an event: people let in by name, apart from sales (D5)."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from ninja import Path, Query, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.events import EventKey, find, router
from kring.api.idempotency import IdempotencyKey, once
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import OPTIONAL_NAME, Moment, Name, Since, moment, text
from kring.checkin.guests import keeping
from kring.checkin.models import Guest
from kring.checkin.models.guests import MOST_COMPANIONS

READ, WRITE = Token("guests"), Token("guests:write")
REFUSED = {404: Problem, 409: Problem} | ANY
PATH = "/{event}/guests"
GuestKey = Annotated[int, Path(ge=1, le=LARGEST_KEY)]


class GuestOut(BaseModel):
    id: int
    name: str
    companions: int = Field(description="How many may come along; the guest is not counted.")
    invited_by: str
    note: str
    arrived: int = Field(description="How many came in, of `companions` + 1.")
    arrived_at: Moment | None = Field(description="When the first of them did.")
    updated_at: Moment


class GuestChange(ApiInput):
    """Fields that are not given stay as they are."""

    name: Name = ""
    companions: Annotated[int, Field(ge=0, le=MOST_COMPANIONS)] = 0
    invited_by: Annotated[str, text(200), OPTIONAL_NAME] = Field("", description="A person or a sponsor.")
    note: Annotated[str, text(500)] = Field("", description="The door sees it.")
    same_name: bool = Field(False, description="This is somebody else than the guest of this name on the list.")


class GuestIn(GuestChange):
    name: Name


class GuestFilters(BaseModel):
    updated_since: Since | None = Field(None, description="A moment with its offset. Ask with a minute of overlap.")


@router.get(PATH, auth=READ, response={200: Page[GuestOut], 404: Problem} | ANY, operation_id="list_guests")
def list_guests(
    request: ApiRequest, event: EventKey, requested: RequestedPage, filters: Annotated[GuestFilters, Query()]
) -> Page[GuestOut]:
    rows = Guest.objects.filter(event=find(event))
    if filters.updated_since:
        rows = rows.filter(updated_at__gte=filters.updated_since)
    return page(Page[GuestOut], rows, requested, _shown)


@router.post(PATH, auth=WRITE, response={200: GuestOut, 201: GuestOut} | REFUSED, operation_id="add_guest")
def add_guest(request: ApiRequest, event: EventKey, guest: GuestIn, key: IdempotencyKey = "") -> Status:
    """Refused for a name that is on the list, unless with `same_name`. With a key that added one before: 200."""
    found = find(event)

    def make() -> Guest:
        return keeping.add(found, **guest.sent())

    made, is_new = once(make, key, token=request.auth, what=f"guest {found.pk}", body=guest, model=Guest)
    made.refresh_from_db()
    return Status(201 if is_new else 200, _shown(made))


@router.get(f"{PATH}/{{id}}", auth=READ, response={200: GuestOut, 404: Problem} | ANY, operation_id="get_guest")
def get_guest(request: ApiRequest, event: EventKey, id: GuestKey) -> GuestOut:
    return _shown(_found(event, id))


@router.patch(f"{PATH}/{{id}}", auth=WRITE, response={200: GuestOut} | REFUSED, operation_id="change_guest")
def change_guest(request: ApiRequest, event: EventKey, id: GuestKey, change: GuestChange) -> GuestOut:
    """Changes what is sent; the same request again changes nothing."""
    guest = _found(event, id)
    keeping.change(guest, **change.sent())
    return _shown(guest)


@router.delete(f"{PATH}/{{id}}", auth=WRITE, response={204: None} | REFUSED, operation_id="remove_guest")
def remove_guest(request: ApiRequest, event: EventKey, id: GuestKey) -> Status:
    """Refused once somebody of the party has come in."""
    keeping.remove(_found(event, id))
    return Status(204, None)


def _found(event: str, key: int) -> Guest:
    guest: Guest | None = Guest.objects.select_related("event").filter(event=find(event), pk=key).first()
    if guest is None:
        raise Http404("There is no such guest.")
    return guest


def _shown(guest: Guest) -> GuestOut:
    names = ("name", "companions", "invited_by", "note", "arrived")
    return GuestOut(
        id=guest.pk,
        **{name: getattr(guest, name) for name in names},
        arrived_at=moment(guest.arrived_at),
        updated_at=moment(guest.updated_at),
    )
