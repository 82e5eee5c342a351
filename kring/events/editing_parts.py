"""The parts of an event: attractions with ticket types, and payment methods (E3, D1, P1). Every act is in the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from kring.core import positions
from kring.events.editing import demand_window, forget_pools, new_pool, set_places
from kring.events.locking import demand_editable, demand_open
from kring.events.models import Attraction, Event, PaymentOption, TicketType, WaitingList
from kring.events.pricing.ruling import costs_something
from kring.events.refusals import DaysToPayMissing, NothingToRegisterFor, NoWayToPay, as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.places import claiming
from kring.places.models import Pool


@dataclass(frozen=True)
class TicketTypeWish:
    """A ticket type as wanted. `pk` None: a new one. `places` None: only the attraction's places count."""

    name: str
    price: Decimal
    vat_rate: Decimal = Decimal(0)
    description: str = ""
    places: int | None = None
    is_on_sale: bool = True
    only_with_code: bool = False
    sold_from: datetime | None = None
    sold_until: datetime | None = None
    fewest_per_order: int = 1
    most_per_order: int | None = None
    lowest_price: Decimal | None = None
    vat_exemption: str = ""
    vat_changes_on: date | None = None
    next_vat_rate: Decimal | None = None
    next_vat_exemption: str = ""
    pk: int | None = None

    def fields(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if name not in {"pk", "places"}}


def needs_days_to_pay(event: Event, places: int | None, wishes: Iterable[TicketTypeWish]) -> bool:
    """E3: a place reserved without payment must come free again some day. Also where only a price rule, or a gift on
    top, costs something. One statement where the event has rules."""
    wishes = list(wishes)
    limited = places is not None or any(wish.places is not None for wish in wishes)
    costs = any(wish.price > 0 for wish in wishes) or bool(event.gift_for)
    return limited and (costs or costs_something(event))


@transaction.atomic
def add_attraction(
    event: Event, *, places: int | None, ticket_types: Sequence[TicketTypeWish], **fields: object
) -> Attraction:
    """At the end of the event's list. `places` None: no limit. Raises NotEditable, DaysToPayMissing, Taken.

    A waiting list for the whole event applies to attractions added later too (W1).
    """
    demand_editable(event)
    covered = WaitingList.objects.filter(event=event, is_on=True, covers_all=True)
    fields.setdefault("has_waiting_list", fields.get("largest_team") is None and covered.exists())
    if fields.get("days_to_pay") is None and needs_days_to_pay(event, places, ticket_types):
        raise DaysToPayMissing()
    pool = Pool.objects.create(capacity=places)
    with as_the_database_says(Attraction):
        attraction = Attraction.objects.create(event=event, pool=pool, position=_next(event.attractions), **fields)
    demand_window(attraction)
    audit.log("attraction.created", attraction, new={"event": str(event), "places": places})
    _set_ticket_types(attraction, ticket_types)
    return attraction


@transaction.atomic
def change_attraction(
    attraction: Attraction,
    *,
    places: int | None,
    ticket_types: Sequence[TicketTypeWish],
    removed: Collection[int] = (),
    **fields: object,
) -> None:
    """Ticket types neither named nor in `removed` (their keys) stay as they are.

    Raises DaysToPayMissing, Taken, TooFewPlaces, LimitTooLate, HasRegistrations for a type that is in use; and
    those of `locking` once the event is no longer new, and NoWayToPay for a price nobody could pay.
    """
    demand_open(attraction.event, attraction, fields)
    if removed or any(wish.pk is None for wish in ticket_types):
        demand_editable(attraction.event)
    if fields.get("days_to_pay", attraction.days_to_pay) is None and needs_days_to_pay(
        attraction.event, places, ticket_types
    ):
        raise DaysToPayMissing()
    _demand_way_to_pay(attraction.event, ticket_types)
    with as_the_database_says(attraction):
        change(attraction, "attraction.changed", **fields)
    demand_window(attraction)
    _hold_places(attraction)
    set_places(attraction, attraction.event, places)
    _remove_ticket_types(attraction, removed)
    _set_ticket_types(attraction, ticket_types)


@transaction.atomic
def remove_attraction(attraction: Attraction) -> None:
    """Raises NotEditable, HasRegistrations; NothingToRegisterFor for the last one of a public event."""
    demand_editable(attraction.event)
    if not attraction.event.is_editable and attraction.event.attractions.count() == 1:
        raise NothingToRegisterFor
    pools = [
        attraction.pool_id,
        *attraction.ticket_types.values_list("pool_id", flat=True),
        *attraction.price_rules.values_list("pool_id", flat=True),
    ]
    audit.log("attraction.removed", attraction, old={"event": str(attraction.event)})
    with as_the_database_says(attraction):
        attraction.delete()
    forget_pools(pools)


@transaction.atomic
def move_attraction(attraction: Attraction, *, up: bool) -> None:
    """One place up or down in the list; at its end nothing happens."""
    now = positions.move(attraction.event.attractions.select_for_update(of=("self",)), attraction, up=up)
    if now:
        audit.log("attraction.moved", attraction, old={"position": now + 1 if up else now - 1}, new={"position": now})


def offer_payment(event: Event, method: str, settings: Mapping[str, object]) -> PaymentOption:
    """Offer this payment method. The settings are the method's own, checked by its form; the log does not repeat them.

    Also later: another method harms nobody. Raises Taken when it is offered already.
    """
    with as_the_database_says(PaymentOption):
        option = PaymentOption.objects.create(
            event=event, method=method, settings=settings, position=_next(event.payment_options)
        )
    audit.log("payment_option.added", event, new={"method": method})
    return option


def change_payment(option: PaymentOption, settings: dict[str, object]) -> None:
    """Also later, as a key may have to be replaced: attempts that have begun keep their settings."""
    if option.settings == settings:
        return
    option.settings = settings
    option.save(update_fields=["settings"])
    audit.log("payment_option.changed", option.event, new={"method": option.method})


def withdraw_payment(option: PaymentOption) -> None:
    """Attempts that have begun may finish. Raises NotEditable."""
    demand_editable(option.event)
    others = option.event.payment_options.exclude(pk=option.pk)
    if not option.event.is_editable and not others.exists():
        # Also where nothing costs anything now: an attempt that has begun, or a price added later, needs one.
        raise NoWayToPay
    audit.log("payment_option.removed", option.event, old={"method": option.method})
    option.delete()


def _demand_way_to_pay(event: Event, wishes: Iterable[TicketTypeWish]) -> None:
    """While it is new, `lifecycle.missing` asks for it."""
    if event.is_editable or not any(wish.price > 0 and wish.is_on_sale for wish in wishes):
        return
    if not event.payment_options.exists():
        raise NoWayToPay


def _hold_places(attraction: Attraction) -> None:
    """All its pools, locked in the order of their keys; the ticket types come in the order of the page."""
    of_types = attraction.ticket_types.filter(pool__isnull=False).values_list("pool_id", flat=True)
    claiming.lock([attraction.pool_id, *of_types])


def _set_ticket_types(attraction: Attraction, wishes: Sequence[TicketTypeWish]) -> None:
    existing = {each.pk: each for each in attraction.ticket_types.select_related("pool")}
    for position, wish in enumerate(wishes):
        if wish.pk is None:
            _add_ticket_type(attraction, wish, position)
        else:
            ticket_type = existing[wish.pk]
            demand_open(attraction.event, ticket_type, wish.fields())
            with as_the_database_says(ticket_type):
                change(ticket_type, "ticket_type.changed", position=position, **wish.fields())
            set_places(ticket_type, attraction.event, wish.places)


def _add_ticket_type(attraction: Attraction, wish: TicketTypeWish, position: int) -> None:
    with as_the_database_says(TicketType):
        made = TicketType.objects.create(
            attraction=attraction, pool=new_pool(wish.places), position=position, **wish.fields()
        )
    seen = {"attraction": str(attraction), "price": made.price, "places": wish.places}
    audit.log("ticket_type.created", made, new=seen)


def _remove_ticket_types(attraction: Attraction, keys: Collection[int]) -> None:
    for ticket_type in attraction.ticket_types.filter(pk__in=keys):
        audit.log("ticket_type.removed", ticket_type, old={"price": ticket_type.price})
        with as_the_database_says(ticket_type):
            ticket_type.delete()
        forget_pools([ticket_type.pool_id])


def _next(rows: Any) -> int:
    last: int | None = rows.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else last + 1
