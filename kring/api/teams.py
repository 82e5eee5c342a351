"""The teams of an event, to read: their people are registrations (R8)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.events import EventKey, find, router
from kring.api.paging import Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.registrations import Named, OrderOut
from kring.api.values import Moment, moment, money
from kring.registrations.models import Team
from kring.registrations.teams.reading import with_numbers


class LeaderOut(BaseModel):
    name: str
    email: str
    phone: str


class TeamOut(BaseModel):
    id: int
    name: str
    attraction: Named
    leader: LeaderOut = Field(description="The buyer of the order; perhaps one of the people.")
    people: int = Field(description="How many come. They are registrations, which say their team.")
    unfinished: int = Field(description="Of how many of them something is missing before the team can be paid for.")
    order: OrderOut = Field(description="The first one. People who were added later may have others.")
    is_over: bool = Field(description="Nobody of it has a place any more.")
    created_at: Moment


@router.get(
    "/{event}/teams",
    auth=Token("registrations"),
    response={200: Page[TeamOut], 404: Problem} | ANY,
    operation_id="list_teams",
)
def list_teams(request: ApiRequest, event: EventKey, requested: RequestedPage) -> Page[TeamOut]:
    return page(Page[TeamOut], with_numbers(find(event)), requested, _shown)


def _shown(row: Team) -> TeamOut:
    order = row.order
    return TeamOut(
        id=row.pk,
        name=row.name,
        attraction=Named(id=row.attraction.pk, name=row.attraction.name),
        leader=LeaderOut(name=order.buyer_name, email=order.buyer_email, phone=row.phone),
        people=row.people,  # type: ignore[attr-defined]
        unfinished=row.unfinished,  # type: ignore[attr-defined]
        order=OrderOut(number=order.number, state=order.state, total=money(order.total), currency=order.currency),
        is_over=row.is_over,
        created_at=moment(row.created_at),
    )
