"""Cancelling by the attendee or the buyer, by the event's rule: free until a moment, for a fee after it (R6).

What goes back is worked out of what was received, for these tickets alone; it is shown before, and nothing else is done
than what was shown. The fee stays on the order as retained; the rest is too much paid, for the treasurer to give back.
Who stays keeps their price. Locks: the order, the tickets in the order of their keys, then as `settling.cancel_lines`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core import money
from kring.core.refusals import Refusal, WrongState
from kring.events import own_changes
from kring.events.models import Event
from kring.organisations import audit
from kring.registrations import cancelling, gifts, tickets
from kring.registrations.change_notices import is_free_to_cancel
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, Ticket, TicketChange
from kring.registrations.passing_on import PassedOnAlready
from kring.registrations.teams.sizes import demand_rest

NOTHING = Decimal(0)


class CancellingIsOver(Refusal):
    code = "cancelling_is_over"
    message = gettext_lazy("This can no longer be cancelled here. Please write to the organiser.")


class ReturnsOtherwise(Refusal):
    code = "returns_otherwise"
    message = gettext_lazy("Nothing was cancelled yet: what goes back has changed in the meantime, and is %(now)s now.")


@dataclass(frozen=True)
class Return:
    """Of one ticket: of its `amount`, `fee` is kept and `returned` goes back; the rest was never paid."""

    registration: Registration
    amount: Decimal
    fee: Decimal
    returned: Decimal


@dataclass(frozen=True)
class Returns:
    """Of several tickets of one order."""

    each: Sequence[Return]

    @property
    def fee(self) -> Decimal:
        return sum((one.fee for one in self.each), NOTHING)

    @property
    def returned(self) -> Decimal:
        return sum((one.returned for one in self.each), NOTHING)


def may_cancel(registration: Registration, event: Event) -> bool:
    """Whether the attendee or the buyer may do it now, as far as the registration shows."""
    if registration.state != Registration.State.COMPLETED:
        return False
    return is_free_to_cancel(registration, event) or (event.may_cancel and own_changes.are_open(event))


def returns_of(order: Order, registrations: Sequence[Registration]) -> Returns:
    """What cancelling these together comes to now. One statement. Needs `line` and `event`."""
    return _returns(order, registrations, order.payments.kept())


def each_alone(order: Order, registrations: Sequence[Registration]) -> list[Return]:
    """What cancelling only this one comes to, of each. One statement."""
    kept = order.payments.kept()
    return [one for each in registrations for one in _returns(order, [each], kept).each]


def paid_for(registration: Registration) -> Decimal:
    """What was paid for this one alone: so much less is owed without it. Needs `line__order`."""
    order = registration.line.order
    kept, price = order.payments.kept(), registration.line.amount
    before, after = (max(kept - total - order.retained, NOTHING) for total in (order.total, order.total - price))
    return after - before


def _returns(order: Order, registrations: Sequence[Registration], kept: Decimal) -> Returns:
    total, retained = order.total, order.retained
    found = []
    for each in registrations:
        price, at = each.line.amount, timezone.now()
        before, after = max(kept - total - retained, NOTHING), max(kept - (total - price) - retained, NOTHING)
        due = NOTHING if is_free_to_cancel(each, each.event) else own_changes.fee_of(each.event, price, at)
        fee = min(due, after - before)
        found.append(Return(each, price, fee, after - before - fee))
        total, retained = total - price, retained + fee
    return Returns(found)


@transaction.atomic
def cancel(
    order: int,
    registrations: Collection[int],
    *,
    seen: Decimal,
    by_buyer: bool = False,
    by_staff: bool = False,
    reason: str = "",
    by: User | None = None,
) -> Returns | None:
    """These tickets of one order. `seen`: what goes back, as it was shown. None: the same click came twice.

    Raises ReturnsOtherwise, CameInAlready, WrongState, PassedOnAlready behind the link of the order (`by_buyer`), and
    unless `by_staff` CancellingIsOver, TeamTooSmall.
    """
    locked = lock_pk(order)
    rows = list(_rows(locked, registrations))
    if rows and _are_done(rows):
        return None
    _demand(rows, registrations, by_buyer=by_buyer, by_staff=by_staff)
    if not by_staff:
        demand_rest(rows)
    for each in rows:
        each.line.order = locked
    found = returns_of(locked, rows)
    if found.returned != seen:
        raise ReturnsOtherwise(now=money.say(found.returned, locked.currency))
    _give_up(found)
    if found.fee:
        locked.retain(found.fee)
        kept = {"amount": found.fee, "reason": _why(locked, found, "")}
        audit.log("order.money_retained", locked, new=kept, actor=by)
    gifts.stays(locked, rows, goes_back=found.returned, by=by)
    cancelling.cancel_together(rows, reason=_why(locked, found, reason))
    return found


def _rows(order: Order, registrations: Collection[int]) -> Sequence[Registration]:
    rows = Registration.objects.of_order(order).filter(pk__in=registrations)
    return list(rows.select_related("line", "event", "attraction", "ticket_type", "attendee"))


def _are_done(rows: Sequence[Registration]) -> bool:
    return all(each.state == Registration.State.CANCELLED for each in rows) and TicketChange.objects.filter(
        ticket__registration__in=rows, kind=TicketChange.Kind.CANCELLED
    ).count() == len(rows)


def _demand(rows: Sequence[Registration], wanted: Collection[int], *, by_buyer: bool, by_staff: bool) -> None:
    if len(rows) != len(set(wanted)) or not rows:
        raise CancellingIsOver
    for each in rows:
        if by_buyer and each.is_passed_on:
            raise PassedOnAlready
        if each.state != Registration.State.COMPLETED:
            raise WrongState(state=each.get_state_display())
        if not by_staff and not may_cancel(each, each.event):
            raise CancellingIsOver


def _give_up(found: Returns) -> None:
    """The codes there were, before anything else: the door changes these rows too, and one of both comes first."""
    by_registration = {one.registration.pk: one for one in found.each}
    rows = Ticket.objects.filter(registration__in=by_registration).order_by("pk")
    for ticket in rows.select_for_update():
        one, had = by_registration[ticket.registration_id], ticket.holder_number
        if not tickets.issue_anew(ticket, one.registration.attendee_id or tickets.NOBODY):
            raise CameInAlready
        TicketChange.objects.create(
            ticket=ticket,
            holder_number=had,
            kind=TicketChange.Kind.CANCELLED,
            former=one.registration.attendee,
            price=one.amount,
            fee=one.fee,
            returned=one.returned,
        )


def _why(order: Order, found: Returns, reason: str) -> str:
    """For those concerned, in the language of the order."""
    with translation.override(order.language):
        words = [reason or _("Cancelled by the attendee or the buyer.")]
        amounts = {"fee": money.say(found.fee, order.currency), "returned": money.say(found.returned, order.currency)}
        if found.fee:
            words.append(_("%(fee)s is kept by the rule of the event.") % amounts)
        if found.returned:
            words.append(_("%(returned)s goes back.") % amounts)
        return " ".join(words)
