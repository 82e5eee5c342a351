"""Registering people: an order in one call, by the verbs of the pages (R1, R8, X2)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any

from django.conf import settings
from django.db import IntegrityError
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from kring.accounts.models import ApiToken
from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import Price
from kring.api.events import find
from kring.api.idempotency import IdempotencyKey
from kring.api.paging import LARGEST_KEY
from kring.api.problems import ANY, Problem
from kring.api.registrations import AppliedRuleOut, applied_rules
from kring.api.values import NO_NUL, Address, Answers, Email, Moment, Money, Name, Profession, moment, money
from kring.billing import instalments
from kring.billing.models import Order
from kring.core.codes import HALF
from kring.core.proxies import parse
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models.offer import MOST_PER_ORDER
from kring.events.pricing.codes import LONGEST_TYPED
from kring.newsletter import consenting
from kring.newsletter.consenting import Consent, Consenting
from kring.newsletter.models import MailingList
from kring.newsletter.refusals import NotOffered
from kring.organisations.models import Organisation
from kring.payments import paying
from kring.registrations.gifts import gift_of
from kring.registrations.models import Registration
from kring.registrations.registering import RegistrationRequest, register

router = Router(tags=["registrations"])
LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


class RegistrationIn(BaseModel):
    ticket_type: Key
    name: Name
    # Left out where there is none, as of children: never null.
    email: Email = Field(
        "", validate_default=False, description="Where the ticket goes; left out, it goes to the buyer's address."
    )
    email_confirmed: bool = Field(
        False,
        description="The program knows that the address is theirs, as by a login of its own. Without it the address is"
        " only something typed, and makes nobody a member.",
    )
    profession: Profession = ""
    basic: Answers = Field({}, description="Answers to the organisation's basic data.")
    answers: Answers = Field({}, description="Answers to the attraction's own form.")
    sessions: list[Key] = Field([], max_length=100)
    price: Price | None = Field(
        None,
        validate_default=False,
        description="What the buyer chose to pay, of a ticket type with a `lowest_price`; null: what is suggested.",
    )

    def requested(self) -> RegistrationRequest:
        given = self.model_dump() | {"price": None if self.price is None else Decimal(self.price)}
        return RegistrationRequest(**given)


class NewsletterIn(BaseModel):
    newsletter: Key = Field(description="One of `/newsletters/`.")
    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)] = Field(
        description="What the buyer read beside the box, which was not ticked before: the proof of the consent."
    )
    network_address: IPv4Address | IPv6Address | None = Field(
        None, description="Of the buyer's machine, for the proof."
    )


class OrderIn(BaseModel):
    event: str = Field(min_length=1, max_length=80, pattern=NO_NUL, description="Slug or ticket code.")
    buyer_name: Name
    buyer_email: Email
    language: str = Field("en", pattern=f"^({LANGUAGES})$", description="Of the emails and the pages.")
    accepted_terms: int = Field(
        0,
        ge=0,
        le=LARGEST_KEY,
        description="The version of the organisation's terms (`/terms/`) that the buyer accepted; 0 where it has none.",
    )
    code: Annotated[str, Field(max_length=LONGEST_TYPED, pattern=NO_NUL, description="Of a campaign, as typed.")] = ""
    registrations: list[RegistrationIn] = Field(min_length=1, max_length=MOST_PER_ORDER)
    gift: Price = Field("0.00", description="On top, where the event asks for one (`gift_for`).")
    newsletters: list[NewsletterIn] = Field(
        [],
        max_length=20,
        description="Those whose box the buyer has ticked. An email asks to confirm each; nothing is sent before that.",
    )


class OrderedTicket(BaseModel):
    registration: int
    price: Money
    base_price: Money = Field(description="The same without price rules.")
    price_rules: list[AppliedRuleOut]


class OrderMade(BaseModel):
    number: str
    code: str = Field(description="The code of a campaign that it was ordered with, as it is compared.")
    state: str
    total: Money
    gift: Money = Field(description="Of the total; no ticket.")
    currency: str
    url: Address = Field(description="The order's secret page: where the buyer pays.")
    expires_at: Moment | None = Field(description="Until when the places are kept while it is not paid.")
    registrations: list[int]
    tickets: list[OrderedTicket] = Field(description="What each of them costs, in the same order.")


class KeyReused(Refusal):
    status = 422
    code = "idempotency_key_reused"
    message = _("This key was already used for another order: use a new one for each order.")


@router.post(
    "",
    auth=Token("registrations:write"),
    response={200: OrderMade, 201: OrderMade, 404: Problem, 409: Problem} | ANY,
    operation_id="register_people",
)
@opens_own_scope
def register_people(request: ApiRequest, order: OrderIn, key: IdempotencyKey = "") -> Status:
    """All or nothing: `errors` point to each wrong answer, and to each reason why somebody may not register.

    With a key that made an order before, even at this very moment: that order as it is now, and 200.
    """
    organisation: Any = request.organisation
    secret = _secret_of(key, request.auth, order) if key else None
    if secret and (known := _known(organisation, secret)):
        return Status(200, known)
    with scope(organisation):
        event = find(order.event)
        _consents(order)
    try:
        made = register(
            organisation,
            event,
            [each.requested() for each in order.registrations],
            buyer_name=order.buyer_name,
            buyer_email=order.buyer_email,
            language=order.language,
            secret=secret,
            terms_version=order.accepted_terms,
            gift=Decimal(order.gift),
            code=order.code,
        )
    except (Refusal, IntegrityError):
        # The other request was a moment faster: the places it took may be those that were lacking here.
        if secret and (known := _known(organisation, secret)):
            return Status(200, known)
        raise
    with scope(organisation):
        _keep_consents(order, made)
        return Status(201, _show(organisation, made))


class InstalmentOut(BaseModel):
    amount: Money
    due_on: date
    paid: Money = Field(description="What has come in pays for the instalments in their order.")


class InstalmentsOut(BaseModel):
    number: str
    state: str
    currency: str
    total: Money
    open: Money = Field(description="Of the total, what has not come in.")
    next_due_on: date | None = Field(description="Of the first that has not come in.")
    instalments: list[InstalmentOut] = Field(description="The first is the deposit; none: it is paid at once.")


@router.get(
    "/{number}/instalments",
    auth=Token("registrations"),
    response={200: InstalmentsOut, 404: Problem} | ANY,
    operation_id="get_instalments",
)
def get_instalments(
    request: ApiRequest, number: Annotated[str, Path(min_length=1, max_length=12, pattern=NO_NUL)]
) -> InstalmentsOut:
    """In which parts an order is paid, and what has come in of each."""
    order = Order.objects.filter(number=number).first()
    if order is None:
        raise Http404
    kept = order.payments.kept() - order.retained
    return InstalmentsOut(
        number=order.number,
        state=order.state,
        currency=order.currency,
        total=money(order.total),
        open=money(paying.left_of(order)),
        next_due_on=order.next_due_on,
        instalments=[
            InstalmentOut(amount=money(each.instalment.amount), due_on=each.due_on, paid=money(each.paid))
            for each in instalments.states(order.instalments.all(), kept)
        ],
    )


def _consents(order: OrderIn) -> list[tuple[Consent, str | None]]:
    """With the address of each; one for each newsletter. Raises NotOffered."""
    wanted = {each.newsletter: each for each in order.newsletters}
    found = MailingList.objects.offered().in_bulk(wanted) if wanted else {}
    if missing := wanted.keys() - found.keys():
        raise NotOffered(list=min(missing))
    return [(Consent(found[key], each.text), _address(each)) for key, each in wanted.items()]


def _address(consent: NewsletterIn) -> str | None:
    """Without the zone of a link-local one, which the database does not keep."""
    return str(parse(str(consent.network_address))) if consent.network_address else None


def _keep_consents(order: OrderIn, made: Order) -> None:
    for consent, network in _consents(order):
        who = Consenting(order.buyer_email, order.buyer_name, order.language, made.number, network)
        consenting.ask([consent], who)


def _secret_of(key: str, token: ApiToken, order: OrderIn) -> str:
    """Of the order that this token makes with this key: one half identifies the key, the other the data sent."""
    # Without newsletters it is the text that it was before there were any.
    given = order.model_dump(mode="json", exclude=set() if order.newsletters else {"newsletters"})
    body = json.dumps(given, sort_keys=True)
    return _half(f"{token.pk} {key}") + _half(f"{token.pk} {key} {body}")


def _half(text: str) -> str:
    return salted_hmac("kring.api.orders", text, algorithm="sha256").hexdigest()[:HALF]


def _known(organisation: Organisation, secret: str) -> OrderMade | None:
    """The order made with this key. Raises KeyReused where something else was sent with it then."""
    first = secret[:HALF]
    with scope(organisation):
        found = Order.objects.filter(secret__gte=first, secret__lt=f"{first}g").first()
        if found is None:
            return None
        if found.secret != secret:
            raise KeyReused
        return _show(organisation, found)


def _show(organisation: Organisation, order: Order) -> OrderMade:
    rows, given = list(Registration.objects.of_order(order).select_related("line")), gift_of(order)
    return OrderMade(
        number=order.number,
        code=order.code,
        state=order.state,
        total=money(order.total),
        gift=money(given.amount if given else Decimal(0)),
        currency=order.currency,
        url=organisation.url + reverse("public:order", args=[order.secret]),
        expires_at=moment(order.expires_at),
        registrations=[each.pk for each in rows],
        tickets=[
            OrderedTicket(
                registration=each.pk,
                price=money(each.line.amount),
                base_price=money(each.line.price_before),
                price_rules=applied_rules(each.line.applied),
            )
            for each in rows
        ],
    )
