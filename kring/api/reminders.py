"""Reminders of contributions that went out; and whom to spare, and until when (C5, X2)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from django.http import Http404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import Moment, Money, Since, moment, money, text
from kring.dues.models import Channel, Payer, Reminder, ReminderPause
from kring.dues.reminding import pausing

router = Router(tags=["contributions"])
READ, WRITE = Token("dues"), Token("dues:write")
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
ReminderState = StrEnum("ReminderState", {each.name: str(each.value) for each in Reminder.State})  # type: ignore[misc]
ReminderChannel = StrEnum("ReminderChannel", {each.name: str(each.value) for each in Channel})  # type: ignore[misc]
PauseKind = StrEnum("PauseKind", {each.name: str(each.value) for each in ReminderPause.Kind})  # type: ignore[misc]


class ReminderFilter(BaseModel):
    payer: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = None
    state: ReminderState | None = None
    since: Since | None = Field(None, description="Sent at this moment or later.")


class ReminderItemOut(BaseModel):
    contribution: int
    step: int | None = Field(description="Which of its reminders this was; null: it was only named with others.")
    amount: Money = Field(description="What was left of it then.")


class ReminderOut(BaseModel):
    id: int
    payer: int
    step: int = Field(description="The first step is 1.")
    channel: ReminderChannel
    state: ReminderState
    amount: Money
    currency: str
    contributions: list[ReminderItemOut]
    sent_at: Moment


class PauseOut(BaseModel):
    kind: PauseKind
    until: date | None = Field(description="The last day; null: until it is resumed.")
    reason: str
    by_payer: bool


class PayerPauses(BaseModel):
    payer: int
    pauses: list[PauseOut] = Field(description="Those in force; empty: the payer is reminded.")


class PromiseIn(ApiInput):
    until: date = Field(description="From today on, a year ahead at most.")
    reason: Annotated[str, text(300)] = ""


class StopIn(ApiInput):
    reason: Annotated[str, text(300, 1)]
    until: date | None = Field(None, description="The last day, from today on, a year ahead at most.")
    is_disputed: bool = Field(False, description="The payer says that it is not right.")


@router.get("", auth=READ, response={200: Page[ReminderOut]} | ANY, operation_id="list_reminders")
def list_reminders(
    request: ApiRequest, page_request: RequestedPage, wanted: Annotated[ReminderFilter, Query()]
) -> Page[ReminderOut]:
    """In the order they were sent. Two statements, however many."""
    named = {"payer": wanted.payer, "state": wanted.state and wanted.state.value, "created_at__gte": wanted.since}
    rows = Reminder.objects.filter(**{name: value for name, value in named.items() if value is not None})
    return page(Page[ReminderOut], rows.prefetch_related("items"), page_request, show)


REFUSED = {404: Problem, 409: Problem} | ANY


@router.get(
    "/payers/{id}", auth=READ, response={200: PayerPauses, 404: Problem} | ANY, operation_id="get_reminder_pauses"
)
def get_reminder_pauses(request: ApiRequest, id: Key) -> PayerPauses:
    return _pauses(_payer(id))


@router.post("/payers/{id}/promise", auth=WRITE, response={200: PayerPauses} | REFUSED, operation_id="promise_payment")
def promise_payment(request: ApiRequest, id: Key, body: PromiseIn) -> PayerPauses:
    """The payer has said by when they pay. It replaces an earlier promise."""
    payer = _payer(id)
    pausing.promise(payer, until=body.until, reason=body.reason, by=None)
    return _pauses(payer)


@router.post("/payers/{id}/stop", auth=WRITE, response={200: PayerPauses} | REFUSED, operation_id="stop_reminders")
def stop_reminders(request: ApiRequest, id: Key, body: StopIn) -> PayerPauses:
    payer = _payer(id)
    pausing.stop(payer, reason=body.reason, until=body.until, is_disputed=body.is_disputed, by=None)
    return _pauses(payer)


@router.post(
    "/payers/{id}/resumption", auth=WRITE, response={200: PayerPauses} | REFUSED, operation_id="resume_reminders"
)
def resume_reminders(request: ApiRequest, id: Key) -> PayerPauses:
    """Whatever paused them."""
    payer = _payer(id)
    pausing.resume(payer, by=None)
    return _pauses(payer)


def _payer(pk: int) -> Payer:
    found: Payer | None = Payer.objects.with_people().filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such payer.")
    return found


def _pauses(payer: Payer) -> PayerPauses:
    rows = ReminderPause.objects.filter(payer=payer).in_force()
    return PayerPauses(payer=payer.pk, pauses=[_pause(each) for each in rows])


def _pause(pause: ReminderPause) -> PauseOut:
    return PauseOut(kind=PauseKind(pause.kind), until=pause.last_day, reason=pause.reason, by_payer=pause.is_by_payer)


def show(reminder: Reminder) -> ReminderOut:
    """Needs its items."""
    return ReminderOut(
        id=reminder.pk,
        payer=reminder.payer_id,
        step=reminder.level,
        channel=ReminderChannel(reminder.channel),
        state=ReminderState(reminder.state),
        amount=money(reminder.amount),
        currency=reminder.currency,
        contributions=[
            ReminderItemOut(contribution=item.contribution_id, step=item.level, amount=money(item.amount))
            for item in reminder.items.all()
        ],
        sent_at=moment(reminder.created_at),
    )
