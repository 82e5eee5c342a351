"""Changing a ticket for another one: of another type, or for another attraction (R6).

The other ticket is an order of its own, for the same person, at its price of now by the one `quote`, less what was paid
for the present one (`OrderLine.credit`). It goes through the ordinary checkout: questions, sessions, rules, payment.
Until it is complete nothing happens to the present ticket; then `replacing` puts it in its place.

Places that both tickets need, such as those of the event, are not taken twice: they go over in the end.

Locks: the new order before the one whose ticket it replaces, then pools.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.fulfilment import fulfilments
from kring.billing.locking import lock_pk, ours
from kring.billing.models import Order, OrderLine, OrderQuerySet
from kring.core.refusals import Refusal, WrongState
from kring.events import own_changes
from kring.events.models import Event, TicketType
from kring.events.offering import Window, window_of, window_of_type
from kring.events.refund_terms import terms_of
from kring.events.taxing import tax_of
from kring.organisations import audit
from kring.places.capacity import free_places
from kring.places.models import Hold, Pool
from kring.places.refusals import SoldOut
from kring.registrations import booking, enrolling, filling, own_cancelling, refusals
from kring.registrations.applicants import applicant_of
from kring.registrations.booking import pools_of
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, Ticket
from kring.registrations.new_tickets import NewTickets
from kring.registrations.own_cancelling import paid_for
from kring.registrations.passing_on import PassedOnAlready

KIND = "changed"
ACTION = "registration.change_begun"
NOTHING = Decimal(0)
# What staff began for somebody.
TIME_TO_COMPLETE = timedelta(days=7)
WHAT_IT_NEEDS = ("event__pool", "attraction__pool", "ticket_type__pool", "line__order", "attendee", "member")


class ChangingIsOver(Refusal):
    code = "changing_is_over"
    message = gettext_lazy("This ticket cannot be changed here. Please write to the organiser.")


class SameTicket(Refusal):
    code = "same_ticket"
    message = gettext_lazy("This is the ticket there is. Choose another one.")


class ReturnsTooMuch(Refusal):
    code = "returns_too_much"
    message = gettext_lazy(
        "This ticket costs so much less that more would go back than when you cancel. Please write to the organiser."
    )


def may_change(registration: Registration, event: Event) -> bool:
    """Whether the attendee or the buyer may do it now, as far as the registration shows. Needs `line`."""
    return is_changeable(registration) and event.may_change and own_changes.are_open(event)


def is_changeable(registration: Registration) -> bool:
    """Whether staff may. Needs `line`."""
    is_there = registration.state == Registration.State.COMPLETED and registration.team_id is None
    return is_there and fulfilments[registration.line.kind].may_be_changed


@dataclass(frozen=True)
class Option:
    """Another ticket. `difference`: what it comes to now, to pay or, below zero, to be given back."""

    ticket_type: TicketType
    difference: Decimal
    is_full: bool

    @property
    def returned(self) -> Decimal:
        return max(-self.difference, NOTHING)


def options(registration: Registration, *, by_staff: bool = False) -> list[Option]:
    """What it can be changed for now, in the order of the event's page. Needs `WHAT_IT_NEEDS`."""
    rows = TicketType.objects.filter(attraction__event=registration.event).exclude(pk=registration.ticket_type_id)
    rows = rows.select_related("attraction__pool", "pool")
    types = list(rows.order_by("attraction__position", "attraction_id", "position", "pk"))
    for each in types:
        each.attraction.event = registration.event
    types = [each for each in types if not each.attraction.is_for_teams and (by_staff or _is_offered(each))]
    pools = {each.pk: _further_pools(registration, each) for each in types}
    free = free_places([pool for wanted in pools.values() for pool in wanted])
    paid = paid_for(registration)
    found = [
        Option(each, _priced(registration, each).total - paid, any(free[pool.pk] == 0 for pool in pools[each.pk]))
        for each in types
    ]
    if by_staff:
        return found
    most, terms, now = _most_to_return(registration), terms_of(registration.event), timezone.now()
    mine = terms.of(registration.ticket_type_id)
    return [
        each
        for each in found
        if each.returned <= most
        and terms.of(each.ticket_type.pk).give_no_more_than(mine, registration.line.amount, now)
    ]


def _most_to_return(registration: Registration) -> Decimal:
    """What cancelling gives back now: a change to a cheap ticket is no way around its fee. Two statements."""
    return own_cancelling.each_alone(registration.line.order, [registration])[0].returned


def _is_offered(ticket_type: TicketType) -> bool:
    is_open = window_of(ticket_type.attraction) == window_of_type(ticket_type) == Window.OPEN
    return is_open and _is_shown(ticket_type)


def _is_shown(ticket_type: TicketType) -> bool:
    """To who has no code, or none any more: it does not go along."""
    return ticket_type.is_on_sale and not ticket_type.only_with_code


def _further_pools(registration: Registration, ticket_type: TicketType) -> list[Pool]:
    """Those that the present ticket has no place in."""
    had = {pool.pk for pool in pools_of(registration.ticket_type, registration.event)}
    return [pool for pool in pools_of(ticket_type, registration.event) if pool.pk not in had]


@transaction.atomic
def begin(
    pk: int,
    ticket_type: int,
    *,
    by_buyer: bool = False,
    by_staff: bool = False,
    reason: str = "",
    by: User | None = None,
) -> Order:
    """The order of the other ticket, to be gone on with: one that was begun before, if it is of this type and not paid.
    Others that were begun are given up.

    `by_staff`: also what is not on sale, and where participants may not. Raises ChangingIsOver, SameTicket,
    CameInAlready, WrongState, PassedOnAlready behind the link of the order (`by_buyer`), NoPlacesLeft, GroupFull,
    NotOnSale, unless `by_staff` ReturnsTooMuch, and what `booking.demand_open` raises.
    """
    for other in _begun(pk):
        lock_pk(other.pk)
    registration = _locked(pk)
    _demand(registration, by_buyer=by_buyer, by_staff=by_staff)
    wanted = _type(registration, ticket_type, by_staff=by_staff)
    for other in map(ours, _begun(pk)):
        if not other.is_overdue and other.lines.filter(registrations__ticket_type=wanted).exists():
            return other
        settling.cancel(other, reason="", is_notified=True)
    enrolling.demand_places([wanted.attraction])
    tickets = _priced(registration, wanted)
    if not by_staff and paid_for(registration) - tickets.total > _most_to_return(registration):
        raise ReturnsTooMuch
    order = ours(_order(registration, tickets, by_staff=by_staff))
    hold = _claim(registration, wanted, tickets, order, by_staff=by_staff)
    line = _line(order, tickets, registration)
    order.recompute_total()
    made = _registration(registration, line, wanted, hold)
    new = {"ticket": line.description, "order": order.number} | ({"reason": reason} if reason else {})
    audit.log(ACTION, registration, old={"ticket": registration.line.description}, new=new, actor=by)
    if filling.is_named_enough([made.attraction_id]):
        made.finish_filling_in()
    return order


def _begun(pk: int) -> OrderQuerySet:
    rows: OrderQuerySet = Order.objects.unpaid().filter(lines__registrations__replaces=pk)
    return rows.order_by("-pk")


def _locked(pk: int) -> Registration:
    order = lock_pk(Registration.objects.values_list("line__order", flat=True).get(pk=pk))
    found: Registration = Registration.objects.select_related(
        *WHAT_IT_NEEDS, "basic__version", "submission__version"
    ).get(pk=pk)
    found.line.order = order
    return found


def _demand(registration: Registration, *, by_buyer: bool, by_staff: bool) -> None:
    if by_buyer and registration.is_passed_on:
        raise PassedOnAlready
    if registration.state != Registration.State.COMPLETED:
        raise WrongState(state=registration.get_state_display())
    if not (is_changeable(registration) if by_staff else may_change(registration, registration.event)):
        raise ChangingIsOver
    if Ticket.objects.filter(registration=registration, admitted_at__isnull=False).exists():
        raise CameInAlready


def _type(registration: Registration, ticket_type: int, *, by_staff: bool) -> TicketType:
    rows = TicketType.objects.filter(attraction__event=registration.event).select_related("attraction__pool", "pool")
    found: TicketType | None = rows.filter(pk=ticket_type).first()
    if found is None or found.attraction.is_for_teams or not (by_staff or _is_shown(found)):
        raise refusals.NotOnSale(ticket_type=found or registration.event)
    if found.pk == registration.ticket_type_id:
        raise SameTicket
    found.attraction.event = registration.event
    if not by_staff:
        booking.demand_open(found)
    return found


def _priced(registration: Registration, ticket_type: TicketType) -> NewTickets:
    """By the facts of the person who has the ticket, and the rules and clock of now."""
    ticket_type.attraction.event = registration.event
    tickets = NewTickets(
        registration.event, [ticket_type], people=[applicant_of(registration)], replaces=registration.pk
    )
    if tickets.pools:
        tickets.places_are_gone()
    return tickets


def _order(registration: Registration, tickets: NewTickets, *, by_staff: bool) -> Order:
    """Of the buyer of the present one; of who has it now, where it was passed on."""
    old, is_theirs = registration.line.order, registration.is_passed_on
    order: Order = Order.objects.create(
        buyer=registration.attendee if is_theirs else old.buyer,
        buyer_name=registration.attendee_name if is_theirs else old.buyer_name,
        buyer_email=registration.attendee_email if is_theirs else old.buyer_email,
        confirmed_email="" if is_theirs else old.confirmed_email,
        language=old.language,
        currency=old.currency,
        price_rules=tickets.kept_rules,
        created_at=tickets.now,
        expires_at=_until(registration.event, tickets.now, by_staff=by_staff),
        terms_version=old.terms_version,
        terms_accepted_at=old.terms_accepted_at,
    )
    return order


def _until(event: Event, now: datetime, *, by_staff: bool) -> datetime:
    """Whom staff began it for learns of it by email, and completes it before the event begins."""
    soon = now + booking.TIME_TO_FILL_IN
    return max(soon, min(now + TIME_TO_COMPLETE, event.starts_at)) if by_staff else soon


def _claim(
    registration: Registration, ticket_type: TicketType, tickets: NewTickets, order: Order, *, by_staff: bool
) -> Hold:
    """What the present ticket does not have already. Raises NoPlacesLeft."""
    wanted = _further_pools(registration, ticket_type)
    try:
        [hold] = booking.claim_with_rules([wanted], tickets, order, from_queue=by_staff)
    except SoldOut:
        raise refusals.NoPlacesLeft(what=booking.description(ticket_type)) from None
    return hold


def _line(order: Order, tickets: NewTickets, registration: Registration) -> OrderLine:
    [ticket_type], [priced], credit = tickets.ticket_types, tickets.priced(), paid_for(registration)
    with translation.override(order.language):
        reason = _("Change of ticket: what was paid goes along (order %(number)s)")
    return OrderLine.objects.create(
        order=order,
        position=1,
        kind=KIND,
        description=f"{registration.event}: {booking.description(ticket_type)}"[:300],
        **asdict(tax_of(ticket_type, order.created_at)),
        **priced
        | {
            "amount": max(tickets.total - credit, NOTHING),
            "credit": credit,
            "reason": reason % {"number": registration.line.order.number} if credit else "",
        },
    )


def _registration(old: Registration, line: OrderLine, ticket_type: TicketType, hold: Hold) -> Registration:
    made: Registration = Registration.objects.create(
        line=line,
        event=old.event,
        attraction=ticket_type.attraction,
        ticket_type=ticket_type,
        hold=hold,
        replaces=old,
        # Who logged in is known by that; the account of a typed address proves nothing.
        attendee=applicant_of(old).user,
        attendee_name=old.attendee_name,
        attendee_email=old.attendee_email,
        proved_email=old.proved_email,
        profession=old.profession,
        member=old.member,
        may_be_unnamed=old.may_be_unnamed,
    )
    return made
