"""From choosing to paying: places are held, then the attendees are named (R1, R3, R5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from django.db import transaction
from django.db.models import QuerySet

from kring.accounts.models import User
from kring.billing.locking import lock
from kring.billing.models import Order, OrderLine
from kring.billing.refusals import OrderGone
from kring.core import codes, dates
from kring.core.prepared_queries import prepared
from kring.core.transactions import in_transaction
from kring.events.models import CampaignCode, Event, TicketType
from kring.events.models.offer import MOST_PER_ORDER
from kring.events.offering import Window, window_of, window_of_type
from kring.events.taxing import tax_of
from kring.organisations.current import current_organisation
from kring.places import claiming
from kring.places.models import Hold, Pool
from kring.places.refusals import KeptForQueue, SoldOut
from kring.registrations import code_uses, confirming, enrolling, gifts, limits, member_prices, pricing, refusals
from kring.registrations.loading import forget, not_cancelled
from kring.registrations.models import Registration, Team
from kring.registrations.naming import Attendee, members_chosen, name_all
from kring.registrations.new_tickets import AgreedPrice, NewTickets, Promise

KIND = "registration"
# From choosing until the payment begins; a method may extend it (payments.paying).
TIME_TO_FILL_IN = timedelta(minutes=30)
# Of a team at least: its people answer for themselves.
DAYS_FOR_A_TEAM = 1


# By ticket type: of each of its tickets what the buyer chose to pay; None: what is suggested.
type Prices = Mapping[int, Sequence[Decimal | None]]


@dataclass(frozen=True)
class KeptPlaces:
    """Places reserved already: a number of one attraction, or of one of its ticket types, which need not be on sale.

    Either in `hold_id`, which is released when the order begins, or by a `pool` inside those of the ticket: then a
    place is taken from it alone. `until`: so long at least the order is open. `kind` of the lines: their fulfilment."""

    kind: str
    attraction_id: int
    places: int
    until: datetime | None
    hold_id: int | None = None
    promise: Promise | None = None
    ticket_type_id: int | None = None
    pool: Pool | None = None
    agreed: AgreedPrice | None = None

    def are_of(self, ticket_type: TicketType) -> bool:
        if self.ticket_type_id is not None:
            return ticket_type.pk == self.ticket_type_id
        return ticket_type.attraction_id == self.attraction_id


@in_transaction
def book(
    event: Event,
    wanted: Mapping[int, int],
    *,
    user: User | None = None,
    language: str,
    secret: str | None = None,
    kept: KeptPlaces | None = None,
    network: str | None = None,
    prices: Prices = MappingProxyType({}),
    team: Team | None = None,
    code: CampaignCode | None = None,
) -> Order:
    """Hold the places for `wanted` (ticket type id → how many) in a new order, or refuse all of it.

    Places already reserved for the buyer need no open sales window; those that are not wanted are released.
    `network`: of a visitor, whose places are limited (`limits`); None: a program's or staff's. `prices`: what the buyer
    chose, of types that let them, for each ticket of the type. `team`: whose places they are; made with the order where
    it is not saved. Numbers per type do not count then. `code`: one that counts now (`pricing.codes.enter`), which the
    order keeps.
    Raises NothingChosen, TooMany, TeamsOnly, TooFewOfType, TooManyOfType, NotOnSale, NotSoldYet, NoLongerSold,
    NotOpenYet, Closed, TooManyHere, TooManyUnpaid, NoPlacesLeft, GroupFull, CodeUsedUp, and what
    `pricing.choosing.demand` raises.
    The pools are locked last.
    With the `secret` of an existing order: IntegrityError of `order_secret_is_unique`.
    """
    chosen = _chosen(event, {key: number for key, number in wanted.items() if number > 0}, kept, team, code)
    enrolling.demand_places(each.attraction for each in chosen)
    promise, agreed = (kept.promise, kept.agreed) if kept else (None, None)
    beside = Registration.objects.live().filter(team=team).count() if team is not None and not team._state.adding else 0
    priced = _prices(chosen, prices)
    tickets = NewTickets(event, chosen, promise=promise, agreed=agreed, chosen=priced, beside=beside, code=code)
    until = tickets.now + _time_to_fill_in(team)
    buyer = user if user is not None and user.is_authenticated else None
    order = Order.objects.create(
        secret=secret or codes.secret(),
        buyer=buyer,
        buyer_name=buyer.name if buyer else "",
        buyer_email=buyer.email if buyer else "",
        language=language,
        currency=current_organisation().currency,
        total=tickets.total,
        price_rules=tickets.kept_rules,
        code=code.text if code else "",
        created_at=tickets.now,
        expires_at=max(until, kept.until) if kept and kept.until else until,
        counted_network="" if network is None else limits.key_of_network(event, network),
    )
    if network is not None:
        limits.count_for_network(order, event, places=len(chosen), user=buyer)
    if team is not None and team._state.adding:
        team.order = order
        team.save(force_insert=True)
    lines = _lines(event, order, tickets, kind=kept.kind if kept else KIND)
    holds = _claim(event, tickets, order, kept)
    if tickets.are_fewer_first:
        pricing.rewrite(order, lines, tickets)
    registrations = Registration.objects.bulk_create(
        Registration(
            line=line,
            event=event,
            attraction=ticket_type.attraction,
            ticket_type=ticket_type,
            hold=hold,
            team=team,
        )
        for line, ticket_type, hold in zip(lines, chosen, holds, strict=True)
    )
    if code:
        code_uses.note(code, registrations, tickets)
    return order


def _prices(ticket_types: Sequence[TicketType], prices: Prices) -> list[Decimal | None]:
    """Of each ticket, in their order within its type."""
    waiting = {key: iter(chosen) for key, chosen in prices.items()}
    return [next(waiting.get(each.pk, iter(())), None) for each in ticket_types]


def _time_to_fill_in(team: Team | None) -> timedelta:
    """A team has as long as its attraction lets anybody pay by a slow method."""
    return TIME_TO_FILL_IN if team is None else timedelta(days=team.attraction.days_to_pay or DAYS_FOR_A_TEAM)


def _lines(event: Event, order: Order, tickets: NewTickets, *, kind: str) -> list[OrderLine]:
    return OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            kind=kind,
            description=f"{event}: {description(ticket_type)}"[:300],
            **asdict(tax_of(ticket_type, order.created_at)),
            **priced,
        )
        for position, (ticket_type, priced) in enumerate(
            zip(tickets.ticket_types, tickets.priced(), strict=True), start=1
        )
    )


def _chosen(
    event: Event, wanted: dict[int, int], kept: KeptPlaces | None, team: Team | None, code: CampaignCode | None
) -> list[TicketType]:
    """One entry per ticket, in the order of the page."""
    if not wanted:
        raise refusals.NothingChosen
    most = kept.places if kept else (team and team.attraction.largest_team) or MOST_PER_ORDER
    if sum(wanted.values()) > most:
        raise refusals.TooMany(most=most)
    ticket_types = [
        ticket_type
        for ticket_type in _ticket_types(event=event.pk)
        if ticket_type.pk in wanted
        and (kept is None or kept.are_of(ticket_type))
        and (team is None or ticket_type.attraction_id == team.attraction_id)
        and is_known(ticket_type, kept, code)
    ]
    if len(ticket_types) != len(wanted) or event.state not in Event.ALIVE:
        raise refusals.NotOnSale(ticket_type=event)
    for ticket_type in ticket_types:
        ticket_type.attraction.event = event
        _check(ticket_type, kept)
        if kept is None and team is None:
            if ticket_type.attraction.is_for_teams:
                raise refusals.TeamsOnly(attraction=ticket_type.attraction)
            _check_number(ticket_type, wanted[ticket_type.pk])
    return [ticket_type for ticket_type in ticket_types for _ in range(wanted[ticket_type.pk])]


def is_known(ticket_type: TicketType, kept: KeptPlaces | None, code: CampaignCode | None) -> bool:
    """To this buyer: who has no code does not learn that there is such a type."""
    is_shown = not ticket_type.only_with_code or (code is not None and code.campaign.shows(ticket_type))
    return is_shown or (kept is not None and kept.ticket_type_id is not None)


@prepared
def _ticket_types(event: int) -> QuerySet[TicketType]:
    rows = TicketType.objects.filter(attraction__event=event).select_related("attraction__pool", "pool")
    return rows.order_by("attraction__position", "attraction_id", "position", "pk")


def _check(ticket_type: TicketType, kept: KeptPlaces | None) -> None:
    if not ticket_type.is_on_sale and (kept is None or kept.ticket_type_id is None):
        raise refusals.NotOnSale(ticket_type=ticket_type)
    if kept is None:
        demand_open(ticket_type)


def demand_open(ticket_type: TicketType) -> None:
    """That it is sold now, and registration for its attraction is open. Needs `attraction` with its event. Raises
    NotOpenYet, Closed, NotSoldYet, NoLongerSold."""
    window = window_of(ticket_type.attraction)
    if window == Window.NOT_YET:
        raise refusals.NotOpenYet(attraction=ticket_type.attraction)
    if window == Window.CLOSED:
        raise refusals.Closed(attraction=ticket_type.attraction)
    match window_of_type(ticket_type):
        case Window.NOT_YET:
            raise refusals.NotSoldYet(ticket_type=ticket_type, moment=dates.deadline(ticket_type.sold_from))
        case Window.CLOSED:
            raise refusals.NoLongerSold(ticket_type=ticket_type, moment=dates.deadline(ticket_type.sold_until))


def _check_number(ticket_type: TicketType, number: int) -> None:
    """Of places that are kept there are as many as somebody waited for."""
    if number < ticket_type.fewest_per_order:
        raise refusals.TooFewOfType(ticket_type=ticket_type, fewest=ticket_type.fewest_per_order)
    if ticket_type.most_per_order is not None and number > ticket_type.most_per_order:
        raise refusals.TooManyOfType(ticket_type=ticket_type, most=ticket_type.most_per_order)


def pools_of(ticket_type: TicketType, event: Event) -> list[Pool]:
    """Every pool a place on this ticket is taken from."""
    return [pool for pool in (event.pool, ticket_type.attraction.pool, ticket_type.pool) if pool is not None]


def _claim(event: Event, tickets: NewTickets, order: Order, kept: KeptPlaces | None) -> list[Hold]:
    within = kept.pool if kept else None
    wanted = [pools_of(each, event) if within is None else [within] for each in tickets.ticket_types]
    if kept and kept.hold_id is not None:
        # Released and taken again in one transaction, which has the pools locked: nobody can take them in between.
        claiming.release([kept.hold_id])
    try:
        return claim_with_rules(wanted, tickets, order, from_queue=kept is not None)
    except SoldOut as sold_out:
        full = {
            description(ticket_type)
            for ticket_type, pools in zip(tickets.ticket_types, wanted, strict=True)
            if any(pool.pk in sold_out.pool_ids for pool in pools)
        }
        raise refusals.NoPlacesLeft(what=", ".join(sorted(full)) or str(event)) from None


def claim_with_rules(
    wanted: Sequence[Sequence[Pool]], tickets: NewTickets, order: Order, *, from_queue: bool
) -> list[Hold]:
    """Together with the places of rules for the first so many, and of the code, as far as there are any left. Raises
    SoldOut where the tickets' own places are gone."""
    while any(tickets.first):
        together = [Counter(own) + tickets.pools_of(number) for number, own in enumerate(wanted)]
        try:
            with transaction.atomic():
                return claiming.claim(together, expires_at=order.expires_at, from_queue=from_queue)
        except KeptForQueue:
            raise
        except SoldOut:
            # Its own places may be what is gone: then the claim without rules says so.
            if not tickets.places_are_gone():
                tickets.no_more_first()
    return claiming.claim(wanted, expires_at=order.expires_at, from_queue=from_queue)


def description(ticket_type: TicketType) -> str:
    return " · ".join(dict.fromkeys([ticket_type.attraction.name, ticket_type.name]))


@in_transaction
def assign(
    order: Order,
    *,
    user: User | None = None,
    buyer_name: str,
    buyer_email: str,
    attendees: Sequence[Attendee],
    is_by_staff: bool = False,
    is_confirmed: bool = False,
    terms_version: int = 0,
    gift: Decimal | None = None,
) -> Order:
    """Record the buyer and the attendees, one per ticket in the order of the lines; can be repeated while it is unpaid.

    Where a form has questions, or rules restrict who may come, `filling` completes what this begins.
    Raises OrderGone when the time is over (also by the clock alone), LoginFirst where the organisation wants an
    account, TermsNotAccepted unless `terms_version` is the one in force, AttendeesMissing when the number does not fit,
    SamePersonOnly for a change of ticket, BeingPaid and PriceIsBeingPaid when it is too late to change attendees,
    TooManyUnpaid and TooManyFree (`limits`), CodeUsedByPerson, MayNotRegister and MayNotPayFor for children of others;
    NoGifts and StrangeGift.
    `is_by_staff`: a program of the organisation registers somebody, who needs no account. `is_confirmed`: the buyer
    has answered an email that went to this address. `gift`: on top; None leaves it as it was.
    """
    order = lock(order)
    if any(each.replaces_id for each in not_cancelled(order)):
        raise refusals.SamePersonOnly
    buyer = user if user is not None and user.is_authenticated else None
    _demand(order, buyer, is_by_staff=is_by_staff, terms_version=terms_version)
    registrations = not_cancelled(order)
    if not registrations or len(registrations) != len(attendees):
        raise refusals.AttendeesMissing
    if gift is not None and gift != gifts.amount_of(registrations[0]):
        gifts.give(order, registrations[0].event, gift)
    members = members_chosen(buyer, registrations, attendees)
    is_proved = is_confirmed or confirming.is_theirs(order, buyer, buyer_email)
    is_confirmed = is_proved or is_by_staff
    member_prices.lock(
        {rule["condition"] for rule in order.price_rules},
        [buyer_email, *(each.email for each in attendees if each.is_email_proved)],
        user=buyer.pk if buyer else None,
        members=[each.member for each in attendees],
    )
    code_uses.count_for_person(order, buyer_email, is_proved=is_proved)
    counted = "" if is_by_staff else _count(order, registrations, buyer, buyer_email, is_confirmed=is_confirmed)
    order.name_buyer(
        buyer,
        name=buyer_name,
        email=buyer_email,
        terms_version=terms_version,
        is_confirmed=is_confirmed,
        counted_address=counted,
    )
    is_all = name_all(registrations, attendees, members, buyer, name=buyer_name, email=buyer_email)
    was_free = not order.total
    if pricing.price_anew(order, registrations) and was_free != (not order.total) and not is_by_staff:
        # Free places count otherwise than those that are to be paid.
        order.count_for(_count(order, registrations, buyer, buyer_email, is_confirmed=is_confirmed))
    if not is_all:
        forget(order)
    return order


def _demand(order: Order, buyer: User | None, *, is_by_staff: bool, terms_version: int) -> None:
    if not order.is_unpaid or order.is_overdue:
        raise OrderGone
    organisation = current_organisation()
    if buyer is None and not is_by_staff and not organisation.guests_may_order:
        raise refusals.LoginFirst
    if terms_version != organisation.terms_version:
        raise refusals.TermsNotAccepted(organisation.terms_version)


def _count(
    order: Order, registrations: Sequence[Registration], buyer: User | None, email: str, *, is_confirmed: bool
) -> str:
    """Count the order for the address of its buyer; "" where no visitor began it."""
    if not order.counted_network:
        return ""
    event_id, places = registrations[0].event_id, len(registrations)
    return limits.count_for_address(order, event_id, email, places=places, is_confirmed=is_confirmed, user=buyer)
