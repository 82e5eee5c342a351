"""Events, their attractions, and how many places are left."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.paging import Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import NO_NUL, Address, Moment, Money, Since, moment, money
from kring.events import own_changes, refund_terms
from kring.events.models import Attraction, Event
from kring.events.offering import AttractionOffer, availability_from, offers_of, parts_with_places
from kring.events.refund_terms import EventTerms, Terms
from kring.organisations.links import url_of
from kring.places.models import Pool

router = Router(tags=["events"])
OVERLAP = "A moment with its offset: what has changed since, parts and places too. Ask with a minute of overlap."
EventKey = Annotated[
    str, Path(max_length=80, pattern=NO_NUL, description="The last part of the event's address, or its ticket code.")
]


EventState = StrEnum("EventState", {name: str(value) for name, value in Event.State.__members__.items()})  # type: ignore[misc]


class EventSummary(BaseModel):
    slug: str
    code: str = Field(description="Ticket codes begin with it.")
    kind: str
    state: EventState
    name: str
    edition: str
    summary: str
    location: str
    address: str
    organiser: str
    starts_at: Moment
    ends_at: Moment
    registration_opens_at: Moment | None
    registration_closes_at: Moment | None
    updated_at: Moment
    url: Address


class Places(BaseModel):
    """`capacity` is its own limit. Null: no limit."""

    capacity: int | None
    free: int | None = Field(
        description="What anybody can have of it now, whichever limit is the tightest: its own, that of the whole "
        "event or those of its ticket types. Places held by who is paying, or kept for who waits, are not free."
    )


class RefundTermOut(BaseModel):
    """Cancelled before `until`, `percent` of the price goes back, or all of it but a `fee`; after the last nothing."""

    until: Moment
    days_before: int | None = Field(description="Before the event begins, where it follows that; null: a fixed moment.")
    percent: Money | None = Field(description="Null: there is a fee.")
    fee: Money | None


class TicketTypeOut(BaseModel):
    id: int
    name: str
    description: str
    price: Money = Field(description="VAT included; with a `lowest_price` what is suggested.")
    lowest_price: Money | None = Field(description="Buyers choose what they pay, from this on; null: it is fixed.")
    currency: str
    vat_rate: Money = Field(description="Per cent.")
    vat_exemption: str = Field(description="Why it bears no VAT; empty: it does.")
    vat_changes_on: date | None = Field(description="From this day on, orders bear the following instead.")
    next_vat_rate: Money | None
    next_vat_exemption: str
    is_on_sale: bool
    only_with_code: bool = Field(description="Shown to tokens that may change events or see codes only.")
    sold_from: Moment | None
    sold_until: Moment | None
    fewest_per_order: int = Field(description="Of an order that has any of this type.")
    most_per_order: int | None = Field(description="Null: only the limit of every order.")
    refund_terms: list[RefundTermOut] | None = Field(description="In place of the event's; null: those of the event.")
    places: Places


class AttractionOut(BaseModel):
    id: int
    name: str
    description: str
    days_to_pay: int | None
    grace_days: int | None
    youngest: int | None = Field(description="Of a group in an enrolment period, as the following.")
    oldest: int | None
    weekday: int | None = Field(description="0 is Monday.")
    meets_at: str | None
    leader_name: str
    registration_opens_at: Moment | None
    registration_closes_at: Moment
    places: Places
    ticket_types: list[TicketTypeOut]


class Entrance(BaseModel):
    id: int
    name: str


class OwnChanges(BaseModel):
    pass_on: bool = Field(description="Give a ticket to another person.")
    change: bool = Field(description="For another ticket type or attraction.")
    cancel: bool
    until: Moment
    refund_terms: list[RefundTermOut] = Field(
        description="What goes back of a cancelled ticket, the first to end first; none: all of it, at any time."
    )


class EventDetail(EventSummary):
    description: str = Field(description="Markdown.")
    grants_certificates: bool
    gift_for: str = Field(description="What buyers may give something for on top of an order; empty: nothing.")
    data_changeable_until: Moment | None = Field(description="See its change; null: until the start.")
    grace_days: int | None
    own_changes: OwnChanges = Field(description="What attendees and buyers may do by themselves.")
    reason: str = Field(description="Why it was rejected or cancelled.")
    places: Places = Field(description="Of the whole event; its attractions have their own limits.")
    attractions: list[AttractionOut]
    entrances: list[Entrance]


@router.get("", auth=Token("events"), response={200: Page[EventSummary]} | ANY, operation_id="list_events")
def list_events(
    request: ApiRequest,
    requested: RequestedPage,
    upcoming: bool = False,
    state: EventState | None = None,
    since: Annotated[Since | None, Query(description=OVERLAP)] = None,
) -> Page[EventSummary]:
    """Events by the day they start; without `state` only public ones. Three statements, however many."""
    events = Event.objects.select_related("organiser").with_when_it_changed()
    events = events.filter(state=state.value) if state else events.listed()
    if upcoming:
        events = events.upcoming()
    if since:
        events = events.filter(changed_at__gte=since)
    return page(Page[EventSummary], events, requested, lambda event: _summary(request, event), by="starts_at")


@router.get(
    "/{event}", auth=Token("events", "door"), response={200: EventDetail, 404: Problem} | ANY, operation_id="get_event"
)
def get_event(request: ApiRequest, event: EventKey) -> EventDetail:
    """One event with its attractions, ticket types, prices, places and entrances."""
    return _detail(request, find(event, _whole()))


def detail_of(request: ApiRequest, event: Event) -> EventDetail:
    """The event as it is now, with all its parts."""
    return _detail(request, _whole().get(pk=event.pk))


def attraction_of(request: ApiRequest, attraction: Attraction) -> AttractionOut:
    event = Event.objects.with_what_a_page_shows().get(pk=attraction.event_id)
    offers = {offer.attraction.pk: offer for offer in offers_of(event)}
    terms, currency = refund_terms.terms_of(event), request.organisation.currency
    return _attraction(offers[attraction.pk], currency, terms, sees_all=sees_codes(request))


def sees_codes(request: ApiRequest) -> bool:
    """Also what only codes open or show: a website shows its visitors what its token reads."""
    return not {"events:write", "codes", "codes:write"}.isdisjoint(request.auth.scopes)


def _whole() -> QuerySet[Event]:
    rows = Event.objects.with_what_a_page_shows().with_when_it_changed()
    return rows.prefetch_related(Prefetch("attractions", parts_with_places()), "locations")


def find(key: str, rows: QuerySet[Event] | None = None) -> Event:
    """By slug or code, the slug first. Raises Http404."""
    rows = Event.objects.all() if rows is None else rows
    event = rows.filter(slug=key).first() or rows.filter(code=key).first()
    if event is None:
        raise Http404("There is no such event.")
    return event


def _summary(request: ApiRequest, event: Event) -> EventSummary:
    return EventSummary(**_facts(request, event))


def _facts(request: ApiRequest, event: Event) -> dict:
    copied = ("slug", "code", "kind", "state", "name", "edition", "summary", "location", "address")
    moments = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")
    return {
        **{name: getattr(event, name) for name in copied},
        **{name: moment(getattr(event, name)) for name in moments},
        # Annotated: of all that is shown, parts and places too.
        "updated_at": moment(event.changed_at),  # type: ignore[attr-defined]
        "organiser": event.organiser.name,
        "url": url_of(request.organisation, event.get_absolute_url()),
    }


def _detail(request: ApiRequest, event: Event) -> EventDetail:
    [available] = availability_from([(event, list(event.attractions.all()))])
    terms = refund_terms.terms_of(event)
    return EventDetail(
        **_facts(request, event),
        description=event.description,
        grants_certificates=event.grants_certificates,
        gift_for=event.gift_for,
        data_changeable_until=moment(event.data_changeable_until),
        grace_days=event.grace_days,
        own_changes=_own_changes(event, terms),
        reason=event.reason,
        places=_places(event.pool, available.places),
        attractions=[
            _attraction(offer, request.organisation.currency, terms, sees_all=sees_codes(request))
            for offer in available.offers
        ],
        entrances=[Entrance(id=entrance.pk, name=entrance.name) for entrance in event.locations.all()],
    )


def _own_changes(event: Event, terms: EventTerms) -> OwnChanges:
    return OwnChanges(
        pass_on=event.may_pass_on,
        change=event.may_change,
        cancel=event.may_cancel,
        until=moment(own_changes.until(event)),
        refund_terms=_terms(terms.general),
    )


def _terms(terms: Terms) -> list[RefundTermOut]:
    return [
        RefundTermOut(
            until=moment(ends_at),
            days_before=term.days_before,
            percent=None if term.percent is None else money(term.percent),
            fee=None if term.fee is None else money(term.fee),
        )
        for ends_at, term in terms.rows
    ]


def _attraction(offer: AttractionOffer, currency: str, terms: EventTerms, *, sees_all: bool) -> AttractionOut:
    attraction = offer.attraction
    tickets = {each.ticket_type.pk: each for each in [*offer.tickets, *offer.withdrawn]}
    return AttractionOut(
        id=attraction.pk,
        name=attraction.name,
        description=attraction.description,
        days_to_pay=attraction.days_to_pay,
        grace_days=attraction.grace_days,
        youngest=attraction.youngest,
        oldest=attraction.oldest,
        weekday=attraction.weekday,
        meets_at=f"{attraction.meets_at:%H:%M}" if attraction.meets_at else None,
        leader_name=attraction.leader_name,
        registration_opens_at=moment(attraction.opens_at),
        registration_closes_at=moment(attraction.closes_at),
        places=_places(attraction.pool, offer.left),
        ticket_types=[
            TicketTypeOut(
                id=type_.pk,
                name=type_.name,
                description=type_.description,
                price=money(type_.price),
                lowest_price=None if type_.lowest_price is None else money(type_.lowest_price),
                currency=currency,
                vat_rate=money(type_.vat_rate),
                vat_exemption=type_.vat_exemption,
                vat_changes_on=type_.vat_changes_on,
                next_vat_rate=None if type_.next_vat_rate is None else money(type_.next_vat_rate),
                next_vat_exemption=type_.next_vat_exemption,
                is_on_sale=type_.is_on_sale,
                only_with_code=type_.only_with_code,
                sold_from=moment(type_.sold_from),
                sold_until=moment(type_.sold_until),
                fewest_per_order=type_.fewest_per_order,
                most_per_order=type_.most_per_order,
                refund_terms=_terms(terms.by_type[type_.pk]) if type_.pk in terms.by_type else None,
                places=_places(type_.pool, tickets[type_.pk].left),
            )
            for type_ in attraction.ticket_types.all()
            if sees_all or not type_.only_with_code
        ],
    )


def _places(pool: Pool | None, free: int | None) -> Places:
    return Places(capacity=pool.capacity if pool else None, free=free)
