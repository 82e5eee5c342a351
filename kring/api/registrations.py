"""Registrations of attendees."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from django.http import Http404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.events import find
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Answers, Email, Moment, Money, Name, Profession, Since, moment, money
from kring.billing.models import AppliedRule
from kring.core.tenancy import opens_own_scope, scope
from kring.events.pricing import Applied
from kring.registrations import cancelling
from kring.registrations.correcting import with_registries
from kring.registrations.correcting_some import Changes, correct_some
from kring.registrations.models import Registration, RegistrationQuerySet

router = Router(tags=["registrations"])
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
RegistrationState = StrEnum("RegistrationState", {state.name: state.value for state in Registration.State})  # type: ignore[misc]


class Named(BaseModel):
    id: int
    name: str


class AttendeeOut(BaseModel):
    name: str
    email: str
    profession: str


class OrderOut(BaseModel):
    number: str
    state: str
    total: Money
    currency: str


class AppliedRuleOut(BaseModel):
    id: int
    name: dict[str, str] = Field(description="By language.")
    amount: Money = Field(description="What it changed: below 0 for a reduction.")


def applied_rules(applied: Iterable[Applied | AppliedRule]) -> list[AppliedRuleOut]:
    return [AppliedRuleOut(id=each.rule, name=dict(each.words), amount=money(each.amount)) for each in applied]


class RegistrationOut(BaseModel):
    id: int
    state: RegistrationState
    event: str = Field(description="The event's slug.")
    attraction: Named
    ticket_type: Named
    team: Named | None = Field(description="With which it was registered, where its attraction is for teams.")
    price: Money = Field(description="What this one costs in its order, VAT included.")
    base_price: Money = Field(description="The same without price rules.")
    price_rules: list[AppliedRuleOut] = Field(description="Those that made the price of it, as they were then.")
    attendee: AttendeeOut = Field(description="Empty until the buyer has said who comes.")
    order: OrderOut
    admitted_at: Moment | None = Field(description="When the ticket was let in at a door.")
    created_at: Moment
    completed_at: Moment | None
    cancelled_at: Moment | None
    updated_at: Moment


class Filters(BaseModel):
    event: str | None = Field(None, max_length=80, pattern=NO_NUL, description="Slug or ticket code.")
    state: RegistrationState | None = None
    updated_since: Since | None = Field(None, description="A moment with its offset. Ask with a minute of overlap.")


FilterQuery = Annotated[Filters, Query()]


@router.get(
    "",
    auth=Token("registrations"),
    response={200: Page[RegistrationOut], 404: Problem} | ANY,
    operation_id="list_registrations",
)
def list_registrations(
    request: ApiRequest, requested: RequestedPage, filters: Annotated[Filters, Query()]
) -> Page[RegistrationOut]:
    """Oldest first, so that rows added meanwhile come at the end. Four statements, however many there are."""
    rows = _rows()
    if filters.event is not None:
        rows = rows.filter(event=find(filters.event))
    if filters.state:
        rows = rows.filter(state=filters.state.value)
    if filters.updated_since:
        rows = rows.filter(changed_at__gte=filters.updated_since)
    return page(Page[RegistrationOut], rows, requested, _show)


@router.get(
    "/{id}",
    auth=Token("registrations"),
    response={200: RegistrationOut, 404: Problem} | ANY,
    operation_id="get_registration",
)
@opens_own_scope  # as PATCH does, which has the same address
def get_registration(request: ApiRequest, id: Key) -> RegistrationOut:
    with scope(request.organisation):
        return _show(_found(id))


class CorrectionIn(BaseModel):
    """Fields that are left out stay as they are; a question whose answer is null has no answer any more."""

    name: Name = Field("", validate_default=False)
    email: Email = Field("", validate_default=False)
    profession: Profession | None = None
    basic: Answers = Field({}, description="Answers to the organisation's basic data.")
    answers: Answers = Field({}, description="Answers to the attraction's own form.")
    despite_rules: str = Field(
        "",
        max_length=300,
        pattern=NO_NUL,
        description="Why it is corrected although a rule refuses whom that makes of them. It is kept in the log.",
    )


@router.patch(
    "/{id}",
    auth=Token("registrations:write"),
    response={200: RegistrationOut, 404: Problem, 409: Problem} | ANY,
    operation_id="correct_registration",
)
@opens_own_scope
def correct_registration(request: ApiRequest, id: Key, body: CorrectionIn) -> RegistrationOut:
    """Corrects what was typed. Repeated: no effect, and no email.

    The new address gets an email, and so does the previous one. With another person or address the ticket is
    reissued, and the old code is no longer valid.
    """
    changes = Changes(
        name=body.name or None,
        email=body.email or None,
        profession=body.profession,
        basic=body.basic,
        answers=body.answers,
    )

    def correct(is_consulted: bool) -> RegistrationOut:
        _found(id)
        correct_some(id, changes, despite=body.despite_rules.strip(), is_consulted=is_consulted)
        return _show(_found(id))

    return with_registries(request.organisation, correct)


class Cancellation(BaseModel):
    reason: str = Field(
        min_length=1, max_length=300, pattern=NO_NUL, description="The attendee and the buyer are notified."
    )


@router.post(
    "/{id}/cancellation",
    auth=Token("registrations:write"),
    response={200: RegistrationOut, 404: Problem, 409: Problem} | ANY,
    operation_id="cancel_registration",
)
def cancel_registration(request: ApiRequest, id: Key, body: Cancellation) -> RegistrationOut:
    """Cancels the registration, paid or not: its place is free at once and the ticket is void. No money is refunded.

    Attendee and buyer get an email with the reason. Where the rest of the order costs no
    more than was paid, the order is completed at once.
    """
    cancelling.cancel(_found(id), reason=body.reason)
    return _show(_found(id))


def _found(pk: int) -> Registration:
    registration = _rows().filter(pk=pk).first()
    if registration is None:
        raise Http404("There is no such registration.")
    return registration


def _rows() -> RegistrationQuerySet:
    rows = Registration.objects.with_what_a_list_shows().with_when_it_changed()
    return rows.select_related("event", "team").prefetch_related("tickets")


def _show(row: Registration) -> RegistrationOut:
    order = row.line.order
    ticket = next(iter(row.tickets.all()), None)
    return RegistrationOut(
        id=row.pk,
        state=RegistrationState(row.state),
        event=row.event.slug,
        attraction=Named(id=row.attraction.pk, name=row.attraction.name),
        ticket_type=Named(id=row.ticket_type.pk, name=row.ticket_type.name),
        team=Named(id=row.team.pk, name=row.team.name) if row.team else None,
        price=money(row.line.amount),
        base_price=money(row.line.price_before),
        price_rules=applied_rules(row.line.applied),
        attendee=AttendeeOut(name=row.attendee_name, email=row.attendee_email, profession=row.profession),
        order=OrderOut(number=order.number, state=order.state, total=money(order.total), currency=order.currency),
        admitted_at=moment(ticket.admitted_at) if ticket else None,
        created_at=moment(row.created_at),
        completed_at=moment(row.completed_at),
        cancelled_at=moment(row.cancelled_at),
        updated_at=moment(row.changed_at),  # type: ignore[attr-defined]
    )
