"""The tickets that partners have for an event (D3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.db.models import Model, QuerySet
from django.http import Http404
from ninja import Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput, Price
from kring.api.events import EventKey, find, router
from kring.api.member_inputs import found as found_or_none
from kring.api.paging import LARGEST_KEY
from kring.api.partners import LINK, READ, REFUSED, WRITE, Key, may_write
from kring.api.problems import ANY, Problem
from kring.api.values import Address, Moment, Money, Since, moment, money
from kring.events.models import TicketType
from kring.partners import keeping
from kring.partners.mails import tickets_url
from kring.partners.models import MOST, Partner, PartnerQuota

PrimaryKey = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


class PartnerTicketsOut(BaseModel):
    id: int
    partner: int
    ticket_type: int
    number: int = Field(description="After the date: those that were taken.")
    taken: int = Field(description="Also of orders under way.")
    price: Money
    free_from: Moment | None = Field(description="When unused tickets come free for everybody. Null: never.")
    came_free: bool
    url: Address | None = Field(description=f"Where a ticket is taken. {LINK}")


class PartnerTicketsChange(ApiInput):
    """Fields not given stay as they are."""

    number: Annotated[int, Field(ge=0, le=MOST)] = 0
    price: Price = "0.00"
    free_from: Since | None = Field(None, description="When unused tickets come free for everybody. Null: never.")


class PartnerTicketsIn(PartnerTicketsChange):
    partner: PrimaryKey
    ticket_type: PrimaryKey
    number: Annotated[int, Field(ge=1, le=MOST)]


@router.get(
    "/{event}/partner-tickets",
    auth=Token(READ, WRITE),
    response={200: list[PartnerTicketsOut], 404: Problem} | ANY,
    operation_id="list_partner_tickets",
)
def list_partner_tickets(request: ApiRequest, event: EventKey) -> list[PartnerTicketsOut]:
    rows = PartnerQuota.objects.with_what_a_page_shows().filter(event=find(event)).order_by("pk")
    return [_shown(request, row) for row in rows]


@router.post(
    "/{event}/partner-tickets",
    auth=Token(WRITE),
    response={201: PartnerTicketsOut} | REFUSED,
    operation_id="keep_partner_tickets",
)
def keep_partner_tickets(request: ApiRequest, event: EventKey, tickets: PartnerTicketsIn) -> Status:
    """Their places are taken out of sale. Refused where there are too few, and for a type that the partner has already:
    a request sent twice keeps them once."""
    types = TicketType.objects.select_related("attraction__event__pool", "attraction__pool", "pool")
    made = keeping.keep_places(
        _there(Partner.objects.all(), tickets.partner, "partner"),
        _there(types.filter(attraction__event=find(event)), tickets.ticket_type, "ticket_type"),
        number=tickets.number,
        price=Decimal(tickets.price),
        free_from=tickets.free_from,
    )
    return Status(201, _shown(request, _found(event, made.pk)))


@router.get(
    "/{event}/partner-tickets/{id}",
    auth=Token(READ, WRITE),
    response={200: PartnerTicketsOut, 404: Problem} | ANY,
    operation_id="get_partner_tickets",
)
def get_partner_tickets(request: ApiRequest, event: EventKey, id: Key) -> PartnerTicketsOut:
    return _shown(request, _found(event, id))


@router.patch(
    "/{event}/partner-tickets/{id}",
    auth=Token(WRITE),
    response={200: PartnerTicketsOut} | REFUSED,
    operation_id="change_partner_tickets",
)
def change_partner_tickets(
    request: ApiRequest, event: EventKey, id: Key, change: PartnerTicketsChange
) -> PartnerTicketsOut:
    """A number below what is taken is refused."""
    found = _found(event, id)
    sent = change.model_fields_set
    keeping.change_quota(
        found,
        number=change.number if "number" in sent else found.pool.capacity or 0,
        price=Decimal(change.price) if "price" in sent else found.price,
        free_from=change.free_from if "free_from" in sent else found.free_from,
    )
    return _shown(request, _found(event, id))


@router.delete(
    "/{event}/partner-tickets/{id}",
    auth=Token(WRITE),
    response={204: None} | REFUSED,
    operation_id="remove_partner_tickets",
)
def remove_partner_tickets(request: ApiRequest, event: EventKey, id: Key) -> Status:
    """Refused while any is taken."""
    keeping.remove_quota(_found(event, id))
    return Status(204, None)


def _there[Row: Model](rows: QuerySet[Row], key: int, name: str) -> Row:
    row = found_or_none(rows, key, name)
    assert row is not None
    return row


def _found(event: str, pk: int) -> PartnerQuota:
    rows = PartnerQuota.objects.with_what_a_page_shows()
    found: PartnerQuota | None = rows.filter(event=find(event), pk=pk).first()
    if found is None:
        raise Http404("There are no such tickets.")
    return found


def _shown(request: ApiRequest, row: PartnerQuota) -> PartnerTicketsOut:
    return PartnerTicketsOut(
        id=row.pk,
        partner=row.partner_id,
        ticket_type=row.ticket_type_id,
        number=row.pool.capacity or 0,
        taken=row.pool.taken,
        price=money(row.price),
        free_from=moment(row.free_from),
        came_free=row.is_released,
        url=tickets_url(row) if may_write(request) else None,
    )
