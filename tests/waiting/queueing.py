"""A sold-out event with a queue, and what happens to it; in the scope of an organisation unless noted otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.events.models import Attraction, Event
from kring.payments import paying
from kring.places.capacity import set_capacity
from kring.places.models import Hold, Pool
from kring.registrations import booking
from kring.registrations.booking import Attendee
from kring.waiting import answering, joining, managing
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry
from tests import jobs, make

PAST = timedelta(seconds=1)


def sold_out(*, places: int = 1, price: str = "10", event: Any = None, **rules: Any) -> Attraction:
    """With a waiting list; `places` tickets are sold, each in an order of its own."""
    attraction = make.attraction(capacity=places, price=price, **({"event": event} if event else {}))
    for _ in range(places):
        paid(attraction)
    managing.switch_on(attraction.event, **rules)
    jobs.work()
    return fresh(attraction)


def paid(attraction: Attraction) -> Order:
    order = booking.book(attraction.event, {attraction.ticket_types.first().pk: 1}, language="en")
    return fresh(settling.settle(named(order)))


def named(order: Order, *, tickets: int = 1) -> Order:
    guests = [Attendee(False, f"Guest {n}", f"guest-{n}@example.org") for n in range(tickets)]
    booking.assign(order, buyer_name="Ada", buyer_email="ada@example.org", attendees=guests)
    return order


def wait(*attractions: Attraction, name: str = "", **fields: Any) -> WaitingEntry:
    """As on the public page, but without querying a registry, which happens outside any scope."""
    name = name or f"person-{WaitingEntry.objects.count() + 1}"
    joiner = Joiner(**{"name": name, "email": f"{name}@example.org"} | fields)
    event = Event.objects.get(pk=attractions[0].event_id)
    return joining.join_unasked(event, joining.wanted_of(event, [each.pk for each in attractions]), joiner)


def free_one(attraction: Attraction) -> None:
    """Somebody who has a ticket cancels."""
    order = Order.objects.filter(state=Order.State.PAID, lines__registrations__attraction=attraction).first()
    settling.cancel(order, reason="Ill")
    jobs.work()


def invitation_of(entry: WaitingEntry) -> Invitation:
    return Invitation.objects.select_related("entry__event__pool", "order").filter(entry=entry).latest("pk")


def begin(entry: WaitingEntry, *, tickets: int = 1) -> Order:
    invitation = invitation_of(entry)
    ticket_type = invitation.attraction.ticket_types.first()
    return named(answering.begin(invitation, {ticket_type.pk: tickets}, language="en"), tickets=tickets)


def start(order: Order) -> Any:
    started = paying.start(order, method="manual", settings={"text": "Cash."}, return_url="", notify_url="")
    return started.payment


def pay(order: Order) -> None:
    paying.confirm(start(order))
    jobs.work()


def let_lapse(entry: WaitingEntry) -> None:
    """Its deadline passes; the worker has not run yet."""
    invitation = invitation_of(entry)
    past = timezone.now() - PAST
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=past)
    Hold.objects.filter(pk=invitation.hold_id).update(expires_at=past)


def let_order_lapse(order: Order) -> None:
    """As if the time of the order had gone by; its invitation's has not."""
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - PAST)


def bring_mails_out() -> None:
    jobs.work()


def enlarge(attraction: Attraction, by: int = 1) -> None:
    pool = Pool.objects.get(pk=attraction.pool_id)
    set_capacity(pool, pool.capacity + by)
    jobs.work()


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def states(*entries: WaitingEntry) -> list[str]:
    return [fresh(entry).state for entry in entries]


def taken(attraction: Attraction) -> int:
    return Pool.objects.get(pk=attraction.pool_id).taken


def call_off(event: Event) -> None:
    from kring.registrations import calling_off

    calling_off.call_off(event, reason="The hall burnt down")
    jobs.work()
