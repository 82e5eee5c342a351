"""Campaigns of an event, and their codes (D2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import Http404
from ninja import Path, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput
from kring.api.events import EventKey, find, router
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Address, Moment, Money, Name, Since, moment, money
from kring.events import campaigning
from kring.events.campaigning import AT_ONCE, CampaignWish
from kring.events.models import Campaign, CampaignCode
from kring.events.pricing.codes import LONGEST_TYPED
from kring.registrations import code_statistics

READ, WRITE = "codes", "codes:write"
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
Limit = Annotated[int, Field(ge=1, le=1_000_000)]
Text = Annotated[str, Field(max_length=LONGEST_TYPED, pattern=NO_NUL)]


class CampaignNumbers(BaseModel):
    """Of completed registrations, except `codes` and `open`."""

    codes: int
    tickets: int
    open: int = Field(description="Tickets of orders under way.")
    buyers: int
    given: Money = Field(description="What the codes took off.")
    sold: Money = Field(description="What these tickets cost with it.")


class CampaignOut(BaseModel):
    id: int
    name: str
    in_use: bool
    valid_from: Moment | None
    valid_until: Moment | None
    tickets_per_code: int | None = Field(description="Null, as the following: no limit.")
    tickets_per_order: int | None
    tickets_per_person: int | None = Field(description="By the buyer's address.")
    money: Money | None = Field(description="The most that its codes give away together.")
    ticket_types: list[int] = Field(description="That only its codes show.")
    price_rules: list[int] = Field(description="Those that its codes open.")
    numbers: CampaignNumbers


class CampaignChange(ApiInput):
    """Fields not given stay as they are."""

    name: Annotated[Name, Field(max_length=100)] = ""
    in_use: bool = True
    valid_from: Since | None = Field(None, description="Null: at once.")
    valid_until: Since | None = Field(None, description="Null: as long as tickets are sold.")
    tickets_per_code: Limit | None = Field(None, description="Null, as the following: no limit.")
    tickets_per_order: Limit | None = None
    tickets_per_person: Limit | None = None
    money: Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{2}$", examples=["500.00"])] | None = None
    ticket_types: list[Annotated[int, Field(ge=1, le=LARGEST_KEY)]] = Field(
        [], max_length=100, description="Of those that are sold only with a code."
    )

    def wish(self, now: CampaignWish | None = None) -> CampaignWish:
        given = self.sent("in_use", "money")
        if "in_use" in self.model_fields_set:
            given["is_active"] = self.in_use
        if "money" in self.model_fields_set:
            given["money"] = None if self.money is None else Decimal(self.money)
        return CampaignWish(**(vars(now) if now else {}) | given)


class CampaignIn(CampaignChange):
    name: Annotated[Name, Field(max_length=100)]


class CodeOut(BaseModel):
    id: int
    code: str
    url: Address = Field(description="The page of the event, with the code.")
    taken: int = Field(description="Tickets with it, also of orders under way.")
    most: int | None = Field(description="Null: no limit.")
    is_generated: bool


class CodesIn(ApiInput):
    """One code, or `number` that nobody guesses."""

    code: Text = Field("", description="Letters and digits. Capitals, blanks and signs make no difference.")
    number: Annotated[int, Field(ge=0, le=AT_ONCE)] = Field(0, description="Without `code`: how many are generated.")
    beginning: Text = Field("", description="Of the generated ones.")


@router.get(
    "/{event}/campaigns",
    auth=Token(READ, WRITE),
    response={200: list[CampaignOut], 404: Problem} | ANY,
    operation_id="list_campaigns",
)
def list_campaigns(request: ApiRequest, event: EventKey) -> list[CampaignOut]:
    """All of an event, with what came of each."""
    return _shown(list(find(event).campaigns.select_related("money", "event")))


@router.post(
    "/{event}/campaigns",
    auth=Token(WRITE),
    response={201: CampaignOut} | REFUSED,
    operation_id="create_campaign",
)
def create_campaign(request: ApiRequest, event: EventKey, campaign: CampaignIn) -> Status:
    """Without codes yet. A name that there is already is refused: a request sent twice makes one campaign."""
    return Status(201, _shown([campaigning.add_campaign(find(event), campaign.wish())])[0])


@router.get(
    "/{event}/campaigns/{id}",
    auth=Token(READ, WRITE),
    response={200: CampaignOut, 404: Problem} | ANY,
    operation_id="get_campaign",
)
def get_campaign(request: ApiRequest, event: EventKey, id: Key) -> CampaignOut:
    return _shown([_found(event, id)])[0]


@router.patch(
    "/{event}/campaigns/{id}",
    auth=Token(WRITE),
    response={200: CampaignOut} | REFUSED,
    operation_id="change_campaign",
)
def change_campaign(request: ApiRequest, event: EventKey, id: Key, change: CampaignChange) -> CampaignOut:
    """A limit below what is taken is refused. What is ordered keeps its price."""
    found = _found(event, id)
    campaigning.change_campaign(found, change.wish(_as_it_is(found)))
    return _shown([_found(event, id)])[0]


@router.delete(
    "/{event}/campaigns/{id}",
    auth=Token(WRITE),
    response={204: None} | REFUSED,
    operation_id="remove_campaign",
)
def remove_campaign(request: ApiRequest, event: EventKey, id: Key) -> Status:
    """With its codes. Refused where one was used, or a price rule names it."""
    campaigning.remove_campaign(_found(event, id))
    return Status(204, None)


@router.get(
    "/{event}/campaigns/{id}/codes",
    auth=Token(READ, WRITE),
    response={200: Page[CodeOut], 404: Problem} | ANY,
    operation_id="list_codes",
)
def list_codes(request: ApiRequest, event: EventKey, id: Key, requested: RequestedPage) -> Page[CodeOut]:
    found = _found(event, id)
    return page(Page[CodeOut], found.codes.select_related("pool"), requested, lambda row: _code(request, found, row))


@router.post(
    "/{event}/campaigns/{id}/codes",
    auth=Token(WRITE),
    response={201: list[CodeOut]} | REFUSED,
    operation_id="add_codes",
)
def add_codes(request: ApiRequest, event: EventKey, id: Key, codes: CodesIn) -> Status:
    """The new ones. A code that the event has is refused; generated ones are made anew by each request."""
    found = _found(event, id)
    if codes.code or not codes.number:
        made = [campaigning.add_code(found, codes.code)]
    else:
        made = campaigning.generate(found, codes.number, beginning=codes.beginning)
    return Status(201, [_code(request, found, row) for row in made])


@router.delete(
    "/{event}/campaigns/{id}/codes/{code}",
    auth=Token(WRITE),
    response={204: None} | REFUSED,
    operation_id="remove_code",
)
def remove_code(request: ApiRequest, event: EventKey, id: Key, code: Key) -> Status:
    """`code`: its id. Refused where it was used."""
    row = _found(event, id).codes.select_related("campaign", "event").filter(pk=code).first()
    if row is None:
        raise Http404("There is no such code.")
    campaigning.remove_code(row)
    return Status(204, None)


def _found(event: str, pk: int) -> Campaign:
    rows = Campaign.objects.select_related("event", "money")
    found: Campaign | None = rows.filter(event=find(event), pk=pk).first()
    if found is None:
        raise Http404("There is no such campaign.")
    return found


def _as_it_is(row: Campaign) -> CampaignWish:
    names = ("name", "is_active", "valid_from", "valid_until", "ticket_types")
    limits = ("tickets_per_code", "tickets_per_order", "tickets_per_person")
    return CampaignWish(**{name: getattr(row, name) for name in (*names, *limits)}, money=row.most_money)


def _shown(rows: list[Campaign]) -> list[CampaignOut]:
    """Four statements at most, however many there are."""
    numbers, rules = code_statistics.of_campaigns(rows), campaigning.rules_of(rows)
    return [
        CampaignOut(
            id=row.pk,
            name=row.name,
            in_use=row.is_active,
            valid_from=moment(row.valid_from),
            valid_until=moment(row.valid_until),
            tickets_per_code=row.tickets_per_code,
            tickets_per_order=row.tickets_per_order,
            tickets_per_person=row.tickets_per_person,
            money=None if row.most_money is None else money(row.most_money),
            ticket_types=row.ticket_types,
            price_rules=[rule.pk for rule in rules[row.pk]],
            numbers=CampaignNumbers(
                codes=numbers[row.pk].codes,
                tickets=numbers[row.pk].tickets,
                open=numbers[row.pk].open,
                buyers=numbers[row.pk].people,
                given=money(numbers[row.pk].given),
                sold=money(numbers[row.pk].sold),
            ),
        )
        for row in rows
    ]


def _code(request: ApiRequest, campaign: Campaign, row: CampaignCode) -> CodeOut:
    return CodeOut(
        id=row.pk,
        code=row.text,
        url=f"{request.organisation.url}{campaign.event.get_absolute_url()}?code={row.text}",
        taken=row.pool.taken,
        most=row.pool.capacity,
        is_generated=row.is_generated,
    )
