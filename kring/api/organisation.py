"""The organisation itself, to read: what it is, its plan, its own domain and its limits (X2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from ninja import Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.problems import ANY
from kring.api.values import Address, Moment, Money, moment, money
from kring.hosting.models import OrganisationDomain
from kring.organisations.limits import Limit, Source, Unit, limits
from kring.organisations.models import Organisation
from kring.plans import subscribing
from kring.plans.billing_status import BillingStatus, limited_from
from kring.plans.limits import Limited, uses
from kring.plans.models import Plan, PlanSubscription

router = Router(tags=["Organisation"])
READ = Token("organisation")
OrganisationStatus = StrEnum(  # type: ignore[misc]
    "OrganisationStatus", {each.name: str(each.value) for each in Organisation.Status}
)
BillingState = StrEnum("BillingState", {each.name: str(each.value) for each in BillingStatus})  # type: ignore[misc]
DomainAnswer = StrEnum(  # type: ignore[misc]
    "DomainAnswer", {each.name: str(each.value) for each in OrganisationDomain.Answer}
)
PlanInterval = StrEnum("PlanInterval", {each.name: str(each.value) for each in Plan.Interval})  # type: ignore[misc]
PlanSubscriptionState = StrEnum(  # type: ignore[misc]
    "PlanSubscriptionState", {each.name: str(each.value) for each in PlanSubscription.State}
)
LimitedByPlan = StrEnum("LimitedByPlan", {each.name: str(each.value) for each in Limited})  # type: ignore[misc]
LimitSource = StrEnum("LimitSource", {each.name: each.name.lower() for each in Source})  # type: ignore[misc]
LimitUnit = StrEnum("LimitUnit", {each.name: each.name.lower() for each in Unit})  # type: ignore[misc]


class DomainOut(BaseModel):
    host: str = Field(description="Of its public pages, as DNS has it.", examples=["www.club.nl"])
    is_on: bool = Field(description="It is proved, and the public pages are there.")
    answer: DomainAnswer | None = Field(description="What DNS said at the last check; null before the first one.")
    checked_at: Moment | None
    failures: int = Field(description="Daily checks in vain, one after the other: after three it is switched off.")


class OrganisationOut(BaseModel):
    name: str
    type: str = Field(description="In its own words; empty: not given.")
    city: str
    country: str = Field(description="ISO 3166-1: two letters.")
    contact_email: str
    language: str = Field(description="Its own: what has no other is written in it.")
    languages: list[str] = Field(description="In which its pages and emails can be read.")
    time_zone: str = Field(examples=["Europe/Amsterdam"])
    currency: str = Field(description="ISO 4217.")
    status: OrganisationStatus
    billing_status: BillingState = Field(description="What its subscription means for its access; see `/plan`.")
    deletion_due_at: Moment | None = Field(description="It is deleted then, unless that is taken back; null: never.")
    url: Address = Field(description="Of its site, this API and the administration.")
    public_url: Address = Field(description="Of its public pages: at its own domain where it has one.")
    domain: DomainOut | None = Field(description="Its own domain; null: it has none.")
    created_at: Moment


class PlanUseOut(BaseModel):
    key: LimitedByPlan
    used: int
    most: int | None = Field(description="Null: no limit.")


class SubscriptionOut(BaseModel):
    plan: str
    price: Money
    currency: str
    interval: PlanInterval
    state: PlanSubscriptionState
    period_start: Moment | None
    period_end: Moment | None = Field(description="The next payment is on that day.")
    cancel_at: Moment | None = Field(description="It ends then; null: it goes on.")
    limited_from: Moment | None = Field(description="Overdue: from then on access is limited; null: not overdue.")


class PlanOut(BaseModel):
    billing_status: BillingState
    subscription: SubscriptionOut | None = Field(
        description="The newest one, also where it has ended; null: there was none, as where the platform has no plans."
    )
    uses: list[PlanUseOut] = Field(description="What plans may limit, and how much of it is used.")


class LimitOut(BaseModel):
    key: str
    label: str = Field(description="In the language of the request.")
    unit: LimitUnit
    most: int | None = Field(description="Null: no limit.")
    used: int | None = Field(description="Now; null where that is not counted.")
    source: LimitSource = Field(description="Where the number comes from.")


@router.get("", auth=READ, response={200: OrganisationOut} | ANY, operation_id="get_organisation")
def get_organisation(request: ApiRequest) -> OrganisationOut:
    """What it is and how it stands. Nothing here can be changed by a token."""
    row = request.organisation
    return OrganisationOut(
        name=row.name,
        type=row.type,
        city=row.city,
        country=row.country,
        contact_email=row.contact_email,
        language=row.language,
        languages=[code for code, _name in settings.LANGUAGES],
        time_zone=row.time_zone,
        currency=row.currency,
        status=OrganisationStatus(row.status),
        billing_status=BillingState(row.billing_status),
        deletion_due_at=moment(row.deletion_due_at),
        url=row.url,
        public_url=row.public_url,
        domain=_domain(row),
        created_at=moment(row.created_at),
    )


@router.get("/plan", auth=READ, response={200: PlanOut} | ANY, operation_id="get_organisation_plan")
def get_organisation_plan(request: ApiRequest) -> PlanOut:
    """Its plan, what that has room for, and what is used. Plans are chosen and changed on the site only."""
    found = subscribing.newest()
    plan = found.plan if found and found.is_in_force else None
    return PlanOut(
        billing_status=BillingState(request.organisation.billing_status),
        subscription=_subscription(found) if found else None,
        uses=[PlanUseOut(key=LimitedByPlan(use.key), used=use.used, most=use.most) for use in uses(plan)],
    )


@router.get("/limits", auth=READ, response={200: list[LimitOut]} | ANY, operation_id="list_limits")
def list_limits(request: ApiRequest) -> list[LimitOut]:
    """Those that hold for this organisation, whatever they come from. A statement or two for each."""
    return [_limit(each) for each in limits]


def _domain(organisation: Organisation) -> DomainOut | None:
    found = OrganisationDomain.objects.filter(organisation=organisation).first()
    if found is None:
        return None
    return DomainOut(
        host=found.host,
        is_on=found.is_on,
        answer=DomainAnswer(found.answer) if found.answer else None,
        checked_at=moment(found.checked_at),
        failures=found.failures,
    )


def _subscription(found: PlanSubscription) -> SubscriptionOut:
    ends: datetime | None = found.cancel_at or found.cancelled_at
    return SubscriptionOut(
        plan=found.plan.name,
        price=money(found.plan.price),
        currency=found.plan.currency,
        interval=PlanInterval(found.plan.interval),
        state=PlanSubscriptionState(found.state),
        period_start=moment(found.period_start),
        period_end=moment(found.period_end),
        cancel_at=moment(ends),
        limited_from=moment(limited_from(found)),
    )


def _limit(limit: Limit) -> LimitOut:
    amount = limit.amount()
    is_none = limit.has_none and not amount.number
    return LimitOut(
        key=limit.key,
        label=str(limit.label),
        unit=LimitUnit[limit.unit.name],
        most=None if is_none else amount.number,
        used=limit.used() if limit.used else None,
        source=LimitSource[amount.source.name],
    )
