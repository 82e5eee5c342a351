"""What tickets would cost: by the same rules and the same question as the pages (D2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import Price
from kring.api.events import EventKey, find, router
from kring.api.paging import LARGEST_KEY
from kring.api.people import AskedAbout
from kring.api.problems import ANY, Problem
from kring.api.registrations import AppliedRuleOut, applied_rules
from kring.api.values import NO_NUL, Money, money
from kring.events.models import TicketType
from kring.events.models.offer import MOST_PER_ORDER
from kring.events.pricing import codes
from kring.events.pricing.codes import LONGEST_TYPED
from kring.organisations.current import current_organisation
from kring.registrations import new_tickets
from kring.registrations.refusals import NotOnSale


class TicketIn(AskedAbout):
    """What is left out is not known: the price is without rules that ask for it."""

    ticket_type: int = Field(ge=1, le=LARGEST_KEY)
    price: Price | None = Field(
        None, description="What the buyer chose, of a ticket type with a `lowest_price`; null: what is suggested."
    )


class QuoteIn(BaseModel):
    tickets: list[TicketIn] = Field(min_length=1, max_length=MOST_PER_ORDER, description="Of one order.")
    code: Annotated[str, Field(max_length=LONGEST_TYPED, pattern=NO_NUL, description="Of a campaign, as typed.")] = ""


class TicketQuote(BaseModel):
    ticket_type: int
    price: Money = Field(description="VAT included.")
    base_price: Money = Field(description="The same without price rules.")
    price_rules: list[AppliedRuleOut]


class QuoteOut(BaseModel):
    total: Money
    currency: str
    tickets: list[TicketQuote] = Field(description="In the order in which they were asked about.")


@router.post(
    "/{event}/quote",
    auth=Token("registrations", "registrations:write"),
    response={200: QuoteOut, 400: Problem, 404: Problem, 409: Problem} | ANY,
    operation_id="quote_tickets",
)
def quote_tickets(request: ApiRequest, event: EventKey, body: QuoteIn) -> QuoteOut:
    """What an order of these tickets would cost if it were made now. Holds no place, and stores nothing."""
    found = find(event)
    rows = TicketType.objects.filter(attraction__event=found).select_related("attraction")
    types = rows.in_bulk({each.ticket_type for each in body.tickets})
    if not {each.ticket_type for each in body.tickets} <= types.keys():
        raise NotOnSale(ticket_type=found)
    for each in types.values():
        each.attraction.event = found
    people = [each.applicant() for each in body.tickets]
    chosen = [None if each.price is None else Decimal(each.price) for each in body.tickets]
    code = codes.enter(found, body.code) if body.code else None
    wanted = [types[each.ticket_type] for each in body.tickets]
    if any(each.only_with_code and not (code and code.campaign.shows(each)) for each in wanted):
        raise NotOnSale(ticket_type=found)
    quotes = new_tickets.ask_now(found, wanted, people, chosen, code)
    return QuoteOut(
        total=money(sum((each.price for each in quotes), new_tickets.NOTHING)),
        currency=current_organisation().currency,
        tickets=[
            TicketQuote(
                ticket_type=ticket.ticket_type,
                price=money(each.price),
                base_price=money(each.base),
                price_rules=applied_rules(each.applied),
            )
            for ticket, each in zip(body.tickets, quotes, strict=True)
        ],
    )
