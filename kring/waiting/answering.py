"""The outcome of an invitation: an order, a "no, thanks", or its end (W4, W5).

Locks, in one order everywhere: the order's row, then the invitation's, then holds and pools. The queue before all of
these, and only where somebody begins or stops to wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core import jobs
from kring.events.models import TicketType, WaitingList
from kring.places import claiming
from kring.places.refusals import SoldOut
from kring.registrations import booking, new_tickets
from kring.registrations.booking import KeptPlaces, Prices
from kring.registrations.models import Registration
from kring.registrations.new_tickets import Promise
from kring.registrations.refusals import NotOnSale
from kring.waiting import free_places, refusals
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep

KIND = "invited"


def offered(invitation: Invitation) -> list[tuple[TicketType, Any]]:
    """The ticket types it can be used for, each with the price for this entry.

    Those sold now; where the prices of joining hold, also those sold then. An invitation is never worth nothing: if
    none is, all that are on sale by their switch.
    """
    mine = TicketType.objects.filter(attraction=invitation.attraction_id, is_on_sale=True, only_with_code=False)
    types = mine.select_related("pool")
    promise = promise_to(invitation.entry)
    moments = [timezone.now(), *([promise.at] if promise else [])]
    rows = [each for each in types if any(each.is_sold_at(moment) for moment in moments)] or list(types)
    prices = new_tickets.of_each(invitation.entry.event, rows, promise)
    return list(zip(rows, prices, strict=True))


@transaction.atomic
def begin(
    invitation: Invitation,
    wanted: Mapping[int, int],
    *,
    user: User | None = None,
    language: str,
    prices: Prices = MappingProxyType({}),
) -> Order:
    """Use it: an order of these tickets (ticket type → how many, together no more than its places; `prices` as
    `booking.book` takes them).

    The order has until the deadline, and half an hour at least. Its unused places go to the next.
    Twice, or in two browsers: the existing order. Raises InvitationExpired by the clock, InvitationOver, and what
    `booking.book` raises.
    """
    invitation = _locked(invitation)
    if (running := _running(invitation)) is not None:
        return running
    _refuse_if_over(invitation)
    if invitation.order is not None and invitation.order.is_overdue:
        # Over by the clock, but not expired yet: its places go back to the invitation.
        settling.expire(invitation.order)
        invitation = _locked(invitation)
    if invitation.hold_id is None:
        raise refusals.InvitationExpired
    entry = invitation.entry
    if not {key for key, number in wanted.items() if number > 0} <= {each.pk for each, _price in offered(invitation)}:
        raise NotOnSale(ticket_type=entry.event)
    kept = KeptPlaces(
        kind=KIND,
        attraction_id=invitation.attraction_id,
        places=invitation.places,
        hold_id=invitation.hold_id,
        until=invitation.expires_at,
        promise=promise_to(entry),
    )
    order = booking.book(entry.event, wanted, user=user, language=language, kept=kept, prices=prices)
    invitation.begin_order(order)
    WaitingStep.objects.create(entry=entry, kind=WaitingStep.Kind.ORDERED, facts={"order": order.number})
    return order


@transaction.atomic
def decline(invitation: Invitation, *, keep_waiting: bool = False) -> None:
    """The places go to the next at once. `keep_waiting`: for the other wishes, with the turn the entry has.

    An order of it that nobody has paid is cancelled. Raises InvitationExpired, InvitationOver.
    """
    if keep_waiting:
        free_places.hold_queue(invitation.entry.event_id)
    invitation = _locked(invitation)
    if (running := _running(invitation)) is not None:
        settling.cancel(running, reason="")
        invitation = _locked(invitation)
    else:
        _refuse_if_over(invitation)
    entry = invitation.entry
    others = entry.wishes.exclude(attraction=invitation.attraction_id)
    goes_on = keep_waiting and others.exists()
    finish(invitation, Invitation.State.DECLINED)
    if goes_on:
        entry.wait_again()
        entry.wishes.filter(attraction=invitation.attraction_id).delete()
        jobs.later("waiting.fill", event_id=entry.event_id)
    else:
        entry.decline()
    WaitingStep.objects.create(
        entry=entry,
        kind=WaitingStep.Kind.DECLINED,
        facts={"attraction": invitation.attraction.name, "goes_on": goes_on},
    )


def finish(invitation: Invitation, state: str) -> bool:
    """End it and free its places. False where it was over before."""
    if not invitation.end(state):
        return False
    if invitation.hold_id is not None:
        claiming.release([invitation.hold_id])
    return True


def lock_invitation_of(order: Order) -> None:
    """Before places of the order are touched, which come last: what becomes of it changes the invitation too."""
    list(Invitation.objects.select_for_update().filter(order=order).values_list("pk"))


def order_lost(order: Order, registrations: Sequence[Registration]) -> None:
    """The order was cancelled: its places are the invitation's again until the deadline, in the same transaction."""
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(order=order).first()
    if invitation is None or invitation.state != Invitation.State.OPEN or invitation.is_over_by_the_clock:
        # The clock ends it as it ends any other, with its mail.
        return
    types = TicketType.objects.select_related("attraction__pool", "pool").in_bulk(
        {each.ticket_type_id for each in registrations}
    )
    event = invitation.entry.event
    # These were released a moment ago by this transaction, which has their pools locked: they are available.
    pools = [pool for each in registrations for pool in booking.pools_of(types[each.ticket_type_id], event)]
    try:
        with transaction.atomic():
            [hold] = claiming.claim([pools], expires_at=invitation.expires_at, from_queue=True)
    except SoldOut:
        return
    invitation.return_places(hold, len(registrations))
    WaitingStep.objects.create(entry=invitation.entry, kind=WaitingStep.Kind.RETURNED, facts={"order": order.number})


def is_usable(order: Order) -> bool:
    """Whether the invitation behind a cancelled order can be used again."""
    found = Invitation.objects.open().filter(order=order, expires_at__gt=timezone.now())
    return found.exists()


def order_paid(order: Order) -> None:
    """Registered (W4). The other wishes are given up or kept, as the list is set."""
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(order=order).first()
    if invitation is None:
        return
    was_open = invitation.end(Invitation.State.CONVERTED)
    entry = invitation.entry
    if entry.is_live and not was_open:
        # A job: the entry leaves the queue, which is locked before anything else.
        jobs.later("waiting.convert", invitation_id=invitation.pk)
    elif entry.state not in (WaitingEntry.State.CONVERTED, WaitingEntry.State.WITHDRAWN):
        _convert(entry, invitation, order)


@transaction.atomic
def convert(invitation: Invitation) -> None:
    """The order was paid after all, while its entry was waiting or invited again: it need not wait any longer."""
    entry, order = invitation.entry, invitation.order
    free_places.hold_queue(entry.event_id)
    entry.refresh_from_db()
    if not entry.is_live or order is None or order.state != Order.State.PAID:
        return
    if (other := Invitation.objects.open().filter(entry=entry).first()) is not None:
        withdraw(other)
    _convert(entry, invitation, order)
    jobs.later("waiting.fill", event_id=entry.event_id)


def withdraw(invitation: Invitation, *, reason: str = "") -> None:
    """It cannot be used any more, and an order of it that nobody has paid is cancelled."""
    invitation = _locked(invitation)
    if (order := invitation.order) is not None and order.is_unpaid:
        settling.cancel(order, reason=reason)
        invitation = _locked(invitation)
    finish(invitation, Invitation.State.WITHDRAWN)


def _convert(entry: WaitingEntry, invitation: Invitation, order: Order) -> None:
    entry.convert()
    WaitingStep.objects.create(entry=entry, kind=WaitingStep.Kind.CONVERTED, facts={"order": order.number})
    if entry.instead_of is not None:
        _give_back(entry.instead_of)
    if WaitingList.objects.filter(event=entry.event_id, others=WaitingList.Others.KEEP, is_on=True).exists():
        # A job: an entry joins the queue, which is locked before anything else.
        jobs.later("waiting.keep_better", invitation_id=invitation.pk)


def _give_back(order: Order) -> None:
    """They have a better choice now: the lesser place is free again. Staff refunds the money."""
    jobs.later("waiting.give_back", order_id=order.pk)


@transaction.atomic
def keep_better(invitation: Invitation) -> WaitingEntry | None:
    """After a lower choice, keep waiting for the better ones with the same turn. None: it was the first choice."""
    entry = invitation.entry
    free_places.hold_queue(entry.event_id)
    wishes = list(entry.wishes.all())
    taken = next((wish.rank for wish in wishes if wish.attraction_id == invitation.attraction_id), 1)
    better = [wish for wish in wishes if wish.rank < taken]
    if (
        not better
        or WaitingEntry.objects.live().filter(event=entry.event_id, email=entry.email, who=entry.who).exists()
    ):
        return None
    fields = {
        name: getattr(entry, name)
        for name in (
            *("event", "user", "name", "asked_by", "member", "email", "who", "profession", "answers"),
            *("language", "time_zone"),
            *("party", "priority", "turn", "prices", "overtaken"),
        )
    }
    again = WaitingEntry.objects.create(**fields, instead_of=invitation.order)
    again.wishes.bulk_create(
        [type(wish)(entry=again, attraction_id=wish.attraction_id, rank=wish.rank) for wish in better]
    )
    WaitingStep.objects.create(
        entry=again, kind=WaitingStep.Kind.JOINED, facts={"instead_of": invitation.attraction.name}
    )
    jobs.later("waiting.fill", event_id=entry.event_id)
    return again


class _OrderBegun(Exception):
    pass


def _locked(invitation: Invitation) -> Invitation:
    """With its order's row before its own; both as they are now."""
    while True:
        try:
            # A savepoint: where an order was begun between the two locks, the second lock is released.
            with transaction.atomic():
                return _lock_both(invitation)
        except _OrderBegun:
            continue


def _lock_both(invitation: Invitation) -> Invitation:
    order_id = Invitation.objects.values_list("order_id", flat=True).get(pk=invitation.pk)
    order = None if order_id is None else lock_pk(order_id)
    # Nothing of it may have changed while waiting for the lock, so its relations are read once the row is locked.
    if Invitation.objects.select_for_update().get(pk=invitation.pk).order_id != order_id:
        raise _OrderBegun
    rows = Invitation.objects.select_related("entry__event__pool", "entry__user", "attraction")
    found: Invitation = rows.get(pk=invitation.pk)
    found.order = order
    return found


def _running(invitation: Invitation) -> Order | None:
    """The order of it that can still be paid; it may be so beyond the deadline."""
    order = invitation.order
    return order if order is not None and order.is_unpaid and not order.is_overdue else None


def _refuse_if_over(invitation: Invitation) -> None:
    if invitation.state == Invitation.State.EXPIRED or (
        invitation.state == Invitation.State.OPEN and invitation.is_over_by_the_clock
    ):
        raise refusals.InvitationExpired
    if invitation.state != Invitation.State.OPEN:
        raise refusals.InvitationOver(state=invitation.get_state_display())


def promise_to(entry: WaitingEntry) -> Promise | None:
    """The prices of the day of joining, where the list promises them. One statement."""
    joining = WaitingList.Prices.JOINING
    is_promised = WaitingList.objects.filter(event=entry.event_id, prices=joining).exists()
    return promise_of(entry) if is_promised else None


def promise_of(entry: WaitingEntry) -> Promise:
    """For a list that promises: what the ticket types cost when the entry joined, by the rules of now with the clock of
    then. Where that is more than it costs today, nobody pays it."""
    return Promise({int(key): Decimal(price) for key, price in entry.prices.items()}, entry.joined_at)
