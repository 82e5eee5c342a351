"""State changes of an order: paid, expired, cancelled, reopened. Each under the order's row lock, once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kring.billing import instalments, receipts
from kring.billing.fulfilment import OrderFate, by_kind
from kring.billing.invoicing import asking, crediting
from kring.billing.locking import lock, ours
from kring.billing.models import Order, OrderLine
from kring.core.refusals import WrongState
from kring.core.transactions import in_transaction
from kring.organisations import audit


@in_transaction
def settle(order: Order, *, reason: str = "") -> Order:
    """What was owed has arrived (or nothing was): give what was ordered. Again for a paid order: no effect.

    Money that arrives when the places are gone and cannot be had again leaves the order undecided (P4): the organiser
    is notified and chooses. `reason` is given when staff completes it by hand.
    """
    order = lock(order)
    if order.state == Order.State.PAID:
        return order
    old = order.state
    parts = by_kind(order)
    # An order that staff cancelled is not revived by itself.
    if order.state == Order.State.CANCELLED or not _secured(order, parts, by_hand=bool(reason)):
        if order.state != Order.State.UNDECIDED:
            order.mark_undecided()
            audit.log("order.paid_too_late", order, old=old, new=order.state)
            for fulfilment, lines in parts:
                fulfilment.undecided(order, lines)
        return order
    order.mark_paid(reason=reason)
    audit.log("order.completed", order, old=old, new={"state": order.state, "reason": reason})
    for fulfilment, lines in parts:
        fulfilment.paid(order, lines)
    asking.issue_soon(order)
    return order


def _secured(order: Order, parts: list, *, by_hand: bool) -> bool:
    """All of it or nothing. A kind that fails has changed nothing; those secured before it are undone."""
    if len(parts) == 1:
        [(fulfilment, lines)] = parts
        return bool(fulfilment.secure(order, lines, by_hand=by_hand))
    try:
        with transaction.atomic():
            if not all(fulfilment.secure(order, lines, by_hand=by_hand) for fulfilment, lines in parts):
                raise _Gone
    except _Gone:
        return False
    return True


class _Gone(Exception):
    pass


@in_transaction
def start_paying(order: Order, *, until: datetime | None) -> Order:
    """The buyer pays now: the order, and the places it holds, stay until then if that is later than before."""
    order = lock(order)
    order.await_payment()
    parts = by_kind(order)
    for fulfilment, lines in parts:
        fulfilment.started(order, lines)
    if until is not None:
        _keep_longer(order, parts, until)
    return order


@in_transaction
def keep_longer(order: Order, *, until: datetime) -> None:
    """The order, and the places it holds, stay until then if that is later than before."""
    order = lock(order)
    if order.is_unpaid:
        _keep_longer(order, by_kind(order), until)


def _keep_longer(order: Order, parts: list, until: datetime) -> None:
    if order.expires_at is None or until <= order.expires_at:
        return
    order.extend(until)
    for fulfilment, lines in parts:
        fulfilment.extended(order, lines)


@in_transaction
def shorten(order: Order, *, until: datetime) -> Order:
    """Paying failed: the order and its places stay until then, or as long as was promised. An earlier end stays."""
    order = lock(order)
    if order.is_unpaid and order.expires_at is not None and order.expires_at > until:
        parts = by_kind(order)
        promised = [fulfilment.promised_until(order) for fulfilment, _lines in parts]
        order.extend(min(order.expires_at, max([until, *filter(None, promised)])))
        for fulfilment, lines in parts:
            fulfilment.extended(order, lines)
    return order


@in_transaction
def expire(order: Order) -> bool:
    """Release what was not paid in time. False when it was paid, or released, a moment before."""
    order = lock(order)
    if not order.is_overdue:
        return False
    parts = by_kind(order)
    order.expire()
    audit.log("order.expired", order)
    for fulfilment, lines in parts:
        fulfilment.released(order, lines, expired=True, reason="", is_notified=False)
    return True


def expire_due(limit: int = 500) -> int:
    """All orders of this scope that are overdue; how many. Two workers share them out."""
    overdue = Order.objects.overdue().order_by("pk").select_for_update(skip_locked=True, no_key=True)[:limit]
    return sum(expire(ours(order)) for order in overdue)


@in_transaction
def cancel(order: Order, *, reason: str, is_notified: bool = False) -> Order:
    """Cancel all of it. This does not return what was paid: that is a refund.

    `is_notified`: those concerned are notified in another mail.
    """
    order = lock(order)
    parts = by_kind(order)
    old = order.state
    order.cancel(reason=reason)
    audit.log("order.cancelled", order, old=old, new={"state": order.state, "reason": reason})
    receipts.still_to_come(order)
    for fulfilment, lines in parts:
        fulfilment.released(order, lines, expired=False, reason=reason, is_notified=is_notified)
    crediting.credit_soon(order)
    return order


def cancel_line(line: OrderLine, *, reason: str) -> Order:
    """Cancel one line; with the last one the whole order."""
    return cancel_lines([line], reason=reason)


@in_transaction
def cancel_lines(lines: Collection[OrderLine], *, reason: str, is_notified: bool = False) -> Order:
    """Cancel these lines of one order; with the last ones the whole order. `is_notified`: as in `cancel`.

    If what is left costs no more than was paid, it is given at once (B9). Raises WrongState when one of them was
    cancelled before.
    """
    order = lock(next(iter(lines)).order)
    keys = {line.pk for line in lines}
    parts = by_kind(order)
    live = {line.pk for fulfilment, of_kind in parts if not fulfilment.is_on_top for line in of_kind}
    if not keys <= live or order.state == Order.State.CANCELLED:
        raise WrongState(state=order.get_state_display())
    if keys == live:
        return cancel(order, reason=reason, is_notified=is_notified)
    OrderLine.objects.filter(pk__in=keys).update(cancelled_at=timezone.now())
    for line in lines:
        audit.log("order.line_cancelled", order, new={"line": line.description, "reason": reason})
    order.recompute_total()
    # Before places are given back: lock the order's holds before pools.
    settle_what_is_covered(order)
    for fulfilment, of_kind in parts:
        if mine := [line for line in of_kind if line.pk in keys]:
            fulfilment.released(order, mine, expired=False, reason=reason, is_notified=is_notified)
    crediting.credit_soon(order)
    return order


def settle_what_is_covered(order: Order) -> bool:
    """Its total has changed: give what was ordered, where nothing is left to pay now and nothing else is required.

    Called under the order's lock, in the transaction that wrote the total. False: it waits as before (perhaps for less
    money), or was given before.
    """
    left = receipts.still_to_come(order)
    if left > instalments.due_later(order) or not order.is_unpaid or order.is_overdue:
        return False
    if not order.buyer_email and not order.is_of_dues:
        return False
    if not all(fulfilment.is_ready(order, lines) for fulfilment, lines in by_kind(order)):
        return False
    settle(order)
    return True


def _decide_nothing(order: Order, reason: str) -> Order:
    found = {fulfilment.fate(order, lines) for fulfilment, lines in by_kind(order) if not fulfilment.is_on_top}
    order.decide_nothing(is_kept=found == {OrderFate.KEPT}, was_cancelled=OrderFate.CANCELLED in found)
    audit.log("order.reopened", order, old=Order.State.UNDECIDED, new={"state": order.state, "reason": reason})
    return order


@in_transaction
def reopen(order: Order, *, reason: str) -> Order:
    """The money did not arrive after all: the places stay, but the tickets are not valid until it does.

    An undecided order is over again, or waits for money where its places were kept: nothing is to be decided.
    """
    order = lock(order)
    if order.state == Order.State.UNDECIDED:
        return _decide_nothing(order, reason)
    order.reopen()
    audit.log("order.reopened", order, new={"reason": reason})
    for fulfilment, lines in by_kind(order):
        fulfilment.reopened(order, lines)
    return order
