"""Money that came too late and waits for a place, as the organiser has set (P4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import lock, lock_pk
from kring.billing.models import Order
from kring.core import jobs
from kring.core.integrity_errors import violated_constraint
from kring.core.refusals import WrongState
from kring.events.models import Attraction
from kring.organisations import audit
from kring.registrations import eligibility_after_payment
from kring.registrations.correcting_buyers import follows_the_buyer
from kring.registrations.fulfilment import places_of
from kring.registrations.models import Registration
from kring.waiting import answering, free_places, joining, mails, refusals
from kring.waiting.models import Invitation, WaitingEntry, WaitingEntryQuerySet, WaitingStep, WaitingWish

# Entry → pool → how many places.
type Needs = Mapping[int, Mapping[int, int]]
# Of the event of a waiting list.
SOMEBODY_HAS_PAID = Exists(
    WaitingEntry.objects.filter(event=OuterRef("event"), state=WaitingEntry.State.WAITING, paid_order__isnull=False)
)


def attraction_of(order: Order) -> Attraction | None:
    """What this order would wait for: the one attraction with a waiting list that all of it is about.

    None as well where it has its places still, and waits for something else.
    """
    live = Registration.objects.of_order(order).filter(line__cancelled_at=None)
    if live.filter(hold__released_at=None, hold__isnull=False).exists():
        return None
    found = Attraction.objects.select_related("event__pool").filter(pk__in=live.values("attraction")).distinct()
    if len(found) != 1 or not found[0].has_waiting_list:
        return None
    return found[0]


@transaction.atomic
def put_on_list(order: Order, *, by: User | None, reason: str) -> WaitingEntry:
    """An undecided order waits, at the end of the list, and is completed as soon as it is its turn: it is paid.

    Raises WrongState, NoWaitingList, ListEnded, AlreadyWaiting.
    """
    attraction = attraction_of(order)
    if attraction is None:
        raise refusals.NoWaitingList(what=order)
    event = attraction.event
    free_places.hold_queue(event.pk)
    waiting_list = free_places.list_of(event)
    if not free_places.is_open_for_waiting(waiting_list, attraction):
        raise refusals.ListEnded(what=attraction)
    order = lock(order)
    if order.state != Order.State.UNDECIDED:
        raise WrongState(state=order.get_state_display())
    entry = _entry_of(order, attraction)
    WaitingStep.objects.create(
        entry=entry, kind=WaitingStep.Kind.JOINED, by=by, facts={"order": order.number, "reason": reason}
    )
    audit.log("waiting.added", entry, new={"order": order.number, "reason": reason}, actor=by)
    mails.send_joined(entry, position=joining.position_of(entry, attraction))
    jobs.later("waiting.fill", event_id=event.pk)
    return entry


def _entry_of(order: Order, attraction: Attraction) -> WaitingEntry:
    party = Registration.objects.of_order(order).filter(line__cancelled_at=None).count()
    try:
        with transaction.atomic():
            entry: WaitingEntry = WaitingEntry.objects.create(
                event=attraction.event,
                user=order.buyer,
                name=order.buyer_name,
                email=order.buyer_email,
                # The order waits beside any other entry of the same address.
                who=order.number,
                language=order.language,
                party=party,
                paid_order=order,
            )
    except IntegrityError as error:
        if violated_constraint(error) != "nobody_waits_twice":
            raise
        waiting = WaitingEntry.objects.live().get(event=attraction.event, email=order.buyer_email, who=order.number)
        position = joining.position_of(waiting, attraction)
        raise refusals.AlreadyWaiting(waiting, email=order.buyer_email, position=position) from None
    WaitingWish.objects.create(entry=entry, attraction=attraction, rank=1)
    return entry


@follows_the_buyer
def follow_the_buyer(order: Order, old: str) -> None:
    """The entry of a waiting paid order follows its buyer: with another address the old link no longer works."""
    for entry in WaitingEntry.objects.live().filter(paid_order=order, email=old):
        is_moved = entry.email != order.buyer_email
        entry.go_by(order.buyer, name=order.buyer_name, email=order.buyer_email)
        if is_moved and (wish := entry.wishes.select_related("attraction").first()):
            mails.send_joined(entry, position=joining.position_of(entry, wish.attraction))


def needs_of(entries: WaitingEntryQuerySet) -> Needs:
    """What those of these whose order is paid have to get, all of it or nothing: the places of their own ticket types,
    sessions and choices too. One statement where there is none."""
    paid = dict(entries.filter(paid_order__isnull=False).values_list("paid_order", "pk"))
    if not paid:
        return {}
    rows = Registration.objects.filter(line__order__in=paid, line__cancelled_at=None)
    with_pools = ("event__pool", "ticket_type__pool", "ticket_type__attraction__pool")
    registrations = list(rows.select_related("line", *with_pools))
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for each, pools in zip(registrations, places_of(registrations), strict=True):
        found[paid[each.line.order_id]].update(pool.pk for pool in pools)
    return found


def tell_apart(invitations: Sequence[Invitation]) -> tuple[list[Invitation], list[Invitation]]:
    """Those whose order is paid already, and the others. Needs `entry`."""
    paid = [each for each in invitations if each.entry.paid_order_id is not None]
    return paid, [each for each in invitations if each.entry.paid_order_id is None]


def complete(paid: Sequence[Invitation]) -> None:
    """Queue the completion of their orders."""
    if paid:
        jobs.later_each("waiting.complete", [{"invitation_id": each.pk} for each in paid])


@transaction.atomic
def complete_now(invitation: Invitation) -> bool:
    """Its places become the order's. False where staff decided something else meanwhile: then the next is invited."""
    entry = invitation.entry
    order = lock_pk(entry.paid_order_id) if entry.paid_order_id else None
    invitation.refresh_from_db(from_queryset=Invitation.objects.select_for_update())
    if invitation.state != Invitation.State.OPEN:
        return False
    if order is None or order.state != Order.State.UNDECIDED:
        answering.finish(invitation, Invitation.State.WITHDRAWN)
        entry.withdraw()
        WaitingStep.objects.create(entry=entry, kind=WaitingStep.Kind.REMOVED, facts={})
        return False
    # Released and taken again in one transaction, which has the pools.
    answering.finish(invitation, Invitation.State.CONVERTED)
    eligibility_after_payment.waive(order, reason=WAITED)
    settled = settling.settle(order, reason=WAITED)
    if settled.state != Order.State.PAID:
        raise WrongState(state=settled.get_state_display())
    entry.convert()
    WaitingStep.objects.create(entry=entry, kind=WaitingStep.Kind.CONVERTED, facts={"order": order.number})
    return True


WAITED = "waiting list"
