"""Selling at the box office: ordered, paid and given in one act (D4).

Locks: the shift, then the order, the payment, holds, pools.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kring.accounts import professions
from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import ours
from kring.billing.models import Order, OrderLine
from kring.box_office import kinds, refusals
from kring.box_office.making_room import claim_beyond
from kring.box_office.models import SaleKind, Shift, Taking
from kring.box_office.shifts import demand_amount, lock_open
from kring.core.addresses import normalised
from kring.core.refusals import WrongState
from kring.core.transactions import in_transaction
from kring.events.eligibility.asking_profession import prices_by_profession
from kring.events.models import Event, TicketType
from kring.events.models.offer import MOST_PER_ORDER
from kring.events.pricing import choosing, keeping, price_list
from kring.events.pricing.asking import NOBODY, ask
from kring.events.pricing.quoting import Facts, Quote
from kring.events.taxing import tax_of
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.payments import refunding
from kring.payments.beginning import new_reference
from kring.payments.models import Payment
from kring.places import claiming
from kring.places.models import Hold
from kring.places.refusals import SoldOut
from kring.registrations import eligibility_after_payment
from kring.registrations.booking import KIND, description, pools_of
from kring.registrations.models import Registration
from kring.registrations.new_tickets import trace_of
from kring.registrations.refusals import NoPlacesLeft, NothingChosen, NotOnSale

METHOD = "custom"


@dataclass(frozen=True)
class SoldTickets:
    """So many of one type. `amount` None: the price of the list; another one needs a `reason`, unless it is what the
    buyer chose of a type that lets them."""

    ticket_type: int
    number: int
    amount: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sale:
    """What is sold, and how. `reason`: for tickets that give none themselves. `more_places`: why the places are raised
    where too few are left; "" sells only what there is. `profession`: of those it is for, whose card the seller saw.
    `names`: on the tickets, in their order; those without one have `name`."""

    tickets: Sequence[SoldTickets]
    kind: int
    name: str = ""
    email: str = ""
    language: str = "en"
    reason: str = ""
    more_places: str = ""
    profession: str = ""
    names: Sequence[str] = ()


@dataclass(frozen=True)
class _Ticket:
    ticket_type: TicketType
    listed: Quote
    amount: Decimal
    reason: str
    is_chosen: bool = False


def events_to_sell() -> QuerySet[Event]:
    """Under way or still to come, the next first."""
    rows: QuerySet[Event] = Event.objects.filter(state__in=Event.ALIVE, ends_at__gt=timezone.now())
    return rows.order_by("starts_at", "pk")


def types_to_sell(event: Event) -> list[TicketType]:
    """In the order of the page, those whose own window is open. The public windows and numbers per order do not count
    here; an attraction that leads into a group of the register needs to know who comes, and one for teams with whom."""
    rows = TicketType.objects.filter(attraction__event=event, is_on_sale=True)
    rows = rows.filter(attraction__group=None, attraction__largest_team=None)
    rows = rows.select_related("attraction__pool", "pool")
    now = timezone.now()
    ordered = rows.order_by("attraction__position", "attraction_id", "position", "pk")
    return [each for each in ordered if each.is_sold_at(now)]


def list_prices(event: Event, types: Iterable[TicketType], *, profession: str = "") -> dict[int, Quote]:
    """By type: what a ticket costs somebody of whom nothing is known but perhaps the profession, by the rules of the
    moment."""
    now, rules = timezone.now(), price_list.rules_of(event)
    facts = Facts(profession=profession) if profession else NOBODY
    return {each.pk: ask(each, rules, facts, now) for each in types}


def professions_to_sell_to(event: Event) -> list[tuple[str, str]]:
    """Key and name of those for whom a rule of the event makes another price."""
    if not prices_by_profession().filter(Q(event=event) | Q(attraction__event=event)).exists():
        return []
    return professions.choices()


@in_transaction
def sell(shift: Shift, event: Event, sale: Sale, *, by: User, secret: str) -> Taking:
    """One order, paid with the kind, its tickets valid at once; mails go where there is an address.

    With the `secret` of an existing order: IntegrityError of `order_secret_is_unique`. Raises ShiftClosed,
    NotYourShift, UnknownKind, NothingChosen, TooManyAtOnce, NotOnSale, BadAmount, ReasonMissing, FreeNeedsReason,
    NobodyToMail, NoPlacesLeft, TooManyNames, and what `choosing.demand` raises.
    """
    shift = lock_open(shift)
    demand_seller(shift, by)
    kind = kinds.to_sell_as(sale.kind)
    tickets = _tickets(event, sale, kind)
    order = _order(event, sale, tickets, secret=secret)
    holds = _claim(event, tickets, sale)
    _register(event, order, tickets, holds, sale)
    payment = take(shift, order, kind, amount=order.total, by=by)
    found: Taking = payment.takings.get()
    audit.log(
        "order.sold_at_box_office",
        order,
        new={
            "shift": shift.number,
            "kind": kind.name,
            "total": order.total,
            "tickets": len(tickets),
            **({"reason": reasons} if (reasons := _reasons(tickets)) else {}),
        },
        actor=by,
    )
    settling.settle(order)
    return found


def take(shift: Shift, order: Order, kind: SaleKind, *, amount: Decimal, by: User) -> Payment:
    """Money for an order, in a shift and under an order that are locked. It settles nothing."""
    payment: Payment = order.payments.create(
        method=METHOD,
        # Its name as it was then.
        settings={"names": kind.names},
        state=Payment.State.PAID,
        amount=amount,
        currency=order.currency,
        reference=new_reference(order),
        settled_at=timezone.now(),
        confirmed_by=by,
    )
    Taking.objects.create(shift=shift, kind=kind, payment=payment)
    return payment


@in_transaction
def undo(taking: Taking, lines: Collection[int], *, reason: str, by: User) -> None:
    """Take these tickets of a sale back (ids of lines) and give the money back in the way it was paid.

    Only in the open shift it was sold in, by who sold it. Raises ShiftClosed, NotYourShift, NotASale, UndoneAlready.
    """
    demand_seller(lock_open(taking.shift), by)
    order = taking.payment.order
    if not taking.is_sale:
        raise refusals.NotASale
    chosen = list(OrderLine.objects.filter(order=order, pk__in=lines, cancelled_at=None).select_related("order"))
    if not chosen or len(chosen) != len(set(lines)):
        raise refusals.UndoneAlready
    try:
        settling.cancel_lines(chosen, reason=reason)
    except WrongState:
        raise refusals.UndoneAlready from None
    payment = taking.payment
    payment.refresh_from_db()
    if (amount := min(sum((line.amount for line in chosen), Decimal(0)), payment.left)) > 0:
        refunding.refund(payment, amount=amount, reason=reason, by=by)


def demand_seller(shift: Shift, user: User) -> None:
    if shift.seller_id != user.pk:
        raise refusals.NotYourShift


def _tickets(event: Event, sale: Sale, kind: SaleKind) -> list[_Ticket]:
    """One entry for each ticket."""
    wanted = [each for each in sale.tickets if each.number > 0]
    if not wanted:
        raise NothingChosen
    if sum(each.number for each in wanted) > MOST_PER_ORDER:
        raise refusals.TooManyAtOnce(most=MOST_PER_ORDER)
    types = {each.pk: each for each in types_to_sell(event)}
    professions.demand_offered(sale.profession)
    listed = list_prices(event, types.values(), profession=sale.profession)
    if event.state not in Event.ALIVE or any(each.ticket_type not in types for each in wanted):
        raise NotOnSale(ticket_type=event)
    return [
        ticket
        for each in wanted
        for ticket in [_priced(each, types[each.ticket_type], listed[each.ticket_type], sale, kind)] * each.number
    ]


def _priced(sold: SoldTickets, ticket_type: TicketType, listed: Quote, sale: Sale, kind: SaleKind) -> _Ticket:
    reason = sold.reason or sale.reason
    amount = listed.price if sold.amount is None else sold.amount
    demand_amount(amount)
    if ticket_type.lowest_price is not None and not kind.is_free and (amount >= ticket_type.lowest_price or not reason):
        choosing.demand(ticket_type, amount)
        return _Ticket(ticket_type, Quote(amount, amount), amount, "", is_chosen=True)
    if kind.is_free:
        amount = Decimal(0)
        if not reason:
            raise refusals.FreeNeedsReason(kind=kind.name)
    elif amount != listed.price and not reason:
        raise refusals.ReasonMissing
    return _Ticket(ticket_type, listed, amount, reason if amount != listed.price else "")


def _order(event: Event, sale: Sale, tickets: Sequence[_Ticket], *, secret: str) -> Order:
    """In no other transaction yet: it needs no lock."""
    if sale.email and not sale.name:
        raise refusals.NobodyToMail
    order: Order = Order.objects.create(
        secret=secret,
        buyer_name=sale.name,
        buyer_email=normalised(sale.email),
        language=sale.language,
        currency=current_organisation().currency,
        total=sum((ticket.amount for ticket in tickets), Decimal(0)),
        # By which it is known what the door asks to see, and what the difference is without it.
        price_rules=keeping.as_kept(price_list.rules_of(event)),
    )
    return ours(order)


def _claim(event: Event, tickets: Sequence[_Ticket], sale: Sale) -> list[Hold]:
    wanted = [pools_of(each.ticket_type, event) for each in tickets]
    try:
        if sale.more_places:
            return claim_beyond(event, wanted, reason=sale.more_places)
        with transaction.atomic():
            return claiming.claim(wanted, expires_at=None)
    except SoldOut as sold_out:
        full = {
            description(each.ticket_type)
            for each, pools in zip(tickets, wanted, strict=True)
            if any(pool.pk in sold_out.pool_ids for pool in pools)
        }
        raise NoPlacesLeft(what=", ".join(sorted(full)) or str(event)) from None


def _register(event: Event, order: Order, tickets: Sequence[_Ticket], holds: Sequence[Hold], sale: Sale) -> None:
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            kind=KIND,
            description=f"{event}: {description(ticket.ticket_type)}"[:300],
            base=ticket.listed.base,
            is_chosen=ticket.is_chosen,
            amount=ticket.amount,
            trace=[] if ticket.reason else trace_of(ticket.listed),
            **asdict(tax_of(ticket.ticket_type, order.created_at)),
            reason=ticket.reason[:200],
        )
        for position, ticket in enumerate(tickets, start=1)
    )
    rows = Registration.objects.bulk_create(
        Registration(
            line=line,
            event=event,
            attraction=ticket.ticket_type.attraction,
            ticket_type=ticket.ticket_type,
            hold=hold,
            state=Registration.State.FILLED_IN,
            attendee_name=name or sale.name,
            attendee_email=order.buyer_email,
            profession=sale.profession,
            may_be_unnamed=True,
        )
        for line, ticket, hold, name in zip(lines, tickets, holds, _names(sale, len(tickets)), strict=True)
    )
    eligibility_after_payment.waive_unasked(rows)


def _names(sale: Sale, number: int) -> list[str]:
    """Of each ticket, "" where none was given. Raises TooManyNames."""
    if len(sale.names) > number:
        raise refusals.TooManyNames(tickets=number)
    return [*sale.names, *[""] * (number - len(sale.names))]


def _reasons(tickets: Sequence[_Ticket]) -> str:
    return "; ".join(dict.fromkeys(ticket.reason for ticket in tickets if ticket.reason))
