"""Registering people: an order in one call, by the verbs of the pages (R1, R8, X2)."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Status
from pydantic import BaseModel, Field, JsonValue

from kring.accounts.models import Profession
from kring.api.access import Token
from kring.api.events import find
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Address, Email, Moment, Money, moment, money
from kring.billing.models import Order
from kring.core.tenancy import opens_own_scope, scope
from kring.registrations.booking import MOST_PER_ORDER
from kring.registrations.models import Registration
from kring.registrations.registering import Entry, register

router = Router(tags=["registrations"])
LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
PROFESSIONS = "|".join(Profession.values)

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Answers = Annotated[
    dict[str, JsonValue],
    Field(max_length=200, description="Name of the question to its answer: text, a list of texts, true or false."),
]


class RegistrationIn(BaseModel):
    ticket_type: Key
    name: Text
    email: Email
    profession: str = Field("", pattern=f"^({PROFESSIONS})?$")
    basic: Answers = Field({}, description="Answers to the organisation's basic data.")
    answers: Answers = Field({}, description="Answers to the attraction's own form.")
    sessions: list[Key] = Field([], max_length=100)


class OrderIn(BaseModel):
    event: str = Field(min_length=1, max_length=80, pattern=NO_NUL, description="Slug or ticket code.")
    buyer_name: Text
    buyer_email: Email
    language: str = Field("en", pattern=f"^({LANGUAGES})$", description="Of the mails and the pages.")
    registrations: list[RegistrationIn] = Field(min_length=1, max_length=MOST_PER_ORDER)


class OrderMade(BaseModel):
    number: str
    state: str
    total: Money
    currency: str
    url: Address = Field(description="The order's secret page: where the buyer pays.")
    expires_at: Moment | None = Field(description="Until when the places are kept while it is not paid.")
    registrations: list[int]


@router.post(
    "",
    auth=Token("registrations:write"),
    response={201: OrderMade, 404: Problem, 409: Problem} | ANY,
    operation_id="register_people",
)
@opens_own_scope
def register_people(request: HttpRequest, order: OrderIn):
    """Everybody, or nobody: `errors` point to each wrong answer, and to each reason why somebody may not come."""
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    with scope(organisation):
        event = find(order.event)
    made = register(
        organisation,
        event,
        [Entry(**each.model_dump()) for each in order.registrations],
        buyer_name=order.buyer_name,
        buyer_email=order.buyer_email,
        language=order.language,
    )
    with scope(organisation):
        return Status(201, _show(organisation, made))


def _show(organisation: Any, order: Order) -> OrderMade:
    return OrderMade(
        number=order.number,
        state=order.state,
        total=money(order.total),
        currency=order.currency,
        url=organisation.url + reverse("public:order", args=[order.secret]),
        expires_at=moment(order.expires_at),
        registrations=list(Registration.objects.of_order(order).values_list("pk", flat=True)),
    )
