"""The door: let a ticket in, once."""

from __future__ import annotations

from ninja import Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.events import find
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Invalid, Problem
from kring.api.values import NO_NUL, Moment, moment, money
from kring.checkin import scanning
from kring.checkin.models import Location
from kring.events.models import Event

router = Router(tags=["door"])


class ScanIn(BaseModel):
    code: str = Field(max_length=4096, description="What was read, as it was read.")
    event: str = Field(max_length=80, pattern=NO_NUL, description="Slug or ticket code of the event at this door.")
    entrance: int | None = Field(None, ge=1, le=LARGEST_KEY, description="One of the event's entrances.")
    device: str = Field("", max_length=64, pattern=NO_NUL, description="A name of your own, kept with the scan.")
    let_in_anyway: bool = Field(
        False, description="A person looked: let in although it is not the day of the event. Kept with the scan."
    )


class ToPayOut(BaseModel):
    ticket: str = Field(description="What this ticket costs of it.")
    order: str = Field(description="What is open for the whole order.")
    currency: str


class VerdictOut(BaseModel):
    valid: bool = Field(description="True: let in, this once.")
    result: str = Field(json_schema_extra={"enum": list(scanning.ANSWERS)})
    message: str = Field(description="For the person at the door.")
    name: str
    ticket_type: str
    scanned_at: Moment | None = Field(description="When it was let in before.")
    scanned_where: str
    note: str = Field(description="What to check before letting in.")
    to_pay: ToPayOut | None = Field(None, description="Cash that is to be paid on site. It lets in all the same.")
    can_let_in_anyway: bool = Field(
        description="The ticket is good, but not for today: once a person has looked, ask again with `let_in_anyway`."
    )


@router.post(
    "/scan", auth=Token("door"), response={200: VerdictOut, 404: Problem, 413: Problem} | ANY, operation_id="scan"
)
def scan(request: ApiRequest, question: ScanIn) -> VerdictOut:
    """Scans a code at a door. Every reading is logged; a valid ticket is let in, and is not valid a second time.

    A refusal is an answer (200, `valid` false). Sending it twice is safe: the second answer is `already_scanned`.
    """
    event = find(question.event)
    event.organisation = request.organisation
    result = scanning.scan(
        question.code,
        event=event,
        location=_entrance(event, question.entrance),
        device=question.device or request.auth.name,
        user=None,
        anyway=question.let_in_anyway,
    )
    return VerdictOut(
        valid=result.valid,
        result=result.result,
        message=result.message,
        name=result.name,
        ticket_type=result.ticket_type,
        scanned_at=moment(result.scan_time),
        scanned_where=result.scan_location,
        note=result.note,
        to_pay=_to_pay(result),
        can_let_in_anyway=result.can_let_in_anyway,
    )


def _to_pay(result: scanning.ScanResult) -> ToPayOut | None:
    owed = result.to_pay
    return ToPayOut(ticket=money(owed.share), order=money(owed.left), currency=owed.currency) if owed else None


def _entrance(event: Event, number: int | None) -> Location | None:
    if number is None:
        return None
    found = event.locations.filter(pk=number).first()
    if found is None:
        raise Invalid("This event has no such entrance.", pointer="#/entrance")
    return found
