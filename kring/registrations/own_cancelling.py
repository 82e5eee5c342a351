"""Cancelling by the attendee or the buyer, by the terms of the event (R6); and by staff, who are proposed these.

What goes back is worked out of what was received, for these tickets alone; it is shown before, and nothing else is done
than what was shown. The fee stays on the order as retained; the rest is too much paid, for the treasurer to give back.
Who stays keeps their price. Locks: the order, the tickets in the order of their keys, then as `settling.cancel_lines`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
from kring.events import own_changes, refund_terms
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


class GivesTooMuch(Refusal):
    status = 422
    code = "gives_too_much"
    message = gettext_lazy("At most %(most)s can go back: no more was paid for it.")


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

    @property
    def paid(self) -> Decimal:
        """So much could go back."""
        return self.fee + self.returned


def may_cancel(registration: Registration, event: Event) -> bool:
    """Whether the attendee or the buyer may do it now, as far as the registration shows."""
    if registration.state != Registration.State.COMPLETED:
        return False
    return is_free_to_cancel(registration, event) or (event.may_cancel and own_changes.are_open(event))


def returns_of(order: Order, registrations: Sequence[Registration]) -> Returns:
    """What cancelling these together comes to now. Two statements. Needs `line` and `event`."""
    return _returns(order, registrations, order.payments.kept(), _terms(registrations))


def each_alone(order: Order, registrations: Sequence[Registration]) -> list[Return]:
    """What cancelling only this one comes to, of each. Two statements."""
    kept, terms = order.payments.kept(), _terms(registrations)
    return [one for each in registrations for one in _returns(order, [each], kept, terms).each]


def paid_for(registration: Registration) -> Decimal:
    """What was paid for this one alone: so much less is owed without it. Needs `line__order`."""
    order = registration.line.order
    kept, price = order.payments.kept(), registration.line.amount
    before, after = (max(kept - total - order.retained, NOTHING) for total in (order.total, order.total - price))
    return after - before


type TermsByEvent = Mapping[int, refund_terms.EventTerms]


def _terms(registrations: Sequence[Registration]) -> TermsByEvent:
    """One statement for each event: those of an order are of one."""
    events = {each.event_id: each.event for each in registrations}
    return {key: refund_terms.terms_of(event) for key, event in events.items()}


def _returns(order: Order, registrations: Sequence[Registration], kept: Decimal, terms: TermsByEvent) -> Returns:
    total, retained, at = order.total, order.retained, timezone.now()
    found = []
    for each in registrations:
        price = each.line.amount
        before, after = max(kept - total - retained, NOTHING), max(kept - (total - price) - retained, NOTHING)
        parted = terms[each.event_id].of(each.ticket_type_id).part(price, at)
        due = NOTHING if is_free_to_cancel(each, each.event) else parted.fee
        fee = min(due, after - before)
        found.append(Return(each, price, fee, after - before - fee))
        total, retained = total - price, retained + fee
    return Returns(found)


@transaction.atomic
def cancel(
    order: int,
    registrations: Collection[int],
    *,
    seen: Decimal | None,
    by_buyer: bool = False,
    by_staff: bool = False,
    goes_back: Decimal | None = None,
    reason: str = "",
    by: User | None = None,
) -> Returns | None:
    """These tickets of one order. `seen`: what goes back, as it was shown; None: of many, it was not.
    None is returned where the same click came twice. `goes_back`: so much instead, of one ticket, as staff decide.

    Raises ReturnsOtherwise, CameInAlready, WrongState, PassedOnAlready behind the link of the order (`by_buyer`), and
    unless `by_staff` CancellingIsOver, TeamTooSmall; by staff GivesTooMuch.
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
    if seen is not None and found.returned != seen:
        raise ReturnsOtherwise(now=money.say(found.returned, locked.currency))
    is_by_terms = goes_back is None or goes_back == found.returned
    if goes_back is not None:
        found = _decided(found, goes_back, locked.currency)
    why = _why(locked, found, reason, is_by_terms=is_by_terms)
    _give_up(found)
    if found.fee:
        locked.retain(found.fee)
        kept = {"amount": found.fee, "reason": _why(locked, found, "", is_by_terms=is_by_terms)}
        audit.log("order.money_retained", locked, new=kept, actor=by)
    gifts.stays(locked, rows, goes_back=found.returned, by=by)
    cancelling.cancel_together(rows, reason=why)
    return found


def _decided(found: Returns, goes_back: Decimal, currency: str) -> Returns:
    """Of one ticket, and never more than was paid for it."""
    [one] = found.each
    if not goes_back.is_finite() or not 0 <= goes_back <= found.paid or goes_back != round(goes_back, 2):
        raise GivesTooMuch(most=money.say(found.paid, currency))
    return Returns([replace(one, fee=found.paid - goes_back, returned=goes_back)])


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


def _why(order: Order, found: Returns, reason: str, *, is_by_terms: bool) -> str:
    """For those concerned, in the language of the order."""
    with translation.override(order.language):
        words = [reason or _("Cancelled by the attendee or the buyer.")]
        amounts = {"fee": money.say(found.fee, order.currency), "returned": money.say(found.returned, order.currency)}
        if found.fee:
            kept = _("%(fee)s is kept by the terms of the event.") if is_by_terms else _("%(fee)s is kept.")
            words.append(kept % amounts)
        if found.returned:
            words.append(_("%(returned)s goes back.") % amounts)
        return " ".join(words)
