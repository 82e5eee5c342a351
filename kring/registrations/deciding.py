"""What staff decides about an order where no rule can (R2, P4)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.core.refusals import Refusal, WrongState
from kring.payments import refunding
from kring.payments.models import Payment
from kring.registrations import eligibility_after_payment
from kring.registrations.models import Registration
from kring.registrations.refusals import AnswersMissing


class NobodyNamed(Refusal):
    code = "nobody_named"
    message = _("The attendees have not been entered yet: the order cannot be completed.")


class StillNoPlace(Refusal):
    code = "still_no_place"
    message = _("There is no place for this order. Raise the number of places, or refund the money.")


@transaction.atomic
def complete_by_hand(order: Order, *, reason: str) -> Order:
    """Complete it like a paid order: places for good, tickets, mails. No payment is recorded by this.

    Raises NobodyNamed, AnswersMissing, StillNoPlace, and WrongState for an order that is completed, undecided or
    cancelled.
    """
    order = lock(order)
    if order.state not in (*Order.UNPAID, Order.State.EXPIRED):
        raise WrongState(state=order.get_state_display())
    live = Registration.objects.of_order(order).filter(line__cancelled_at=None)
    if live.filter(attendee_name="").exists():
        raise NobodyNamed
    if waiting := list(live.filter(state=Registration.State.NEW).values_list("attendee_name", flat=True)):
        raise AnswersMissing(names=", ".join(waiting))
    return _settled(order, reason)


@transaction.atomic
def give_places(order: Order, *, reason: str) -> Order:
    """The money came too late, but there are places again. Raises StillNoPlace, WrongState."""
    order = _undecided(order)
    for registration in Registration.objects.of_order(order).filter(state=Registration.State.NEW):
        # Paid while the attendee's answers were being changed: staff accepts them as they are.
        registration.finish_filling_in()
    return _settled(order, reason)


@transaction.atomic
def give_back(order: Order, *, reason: str, by: User | None) -> Order:
    """The money came too late and goes back, and the order is over.

    By the provider where it can; else staff makes the transfer itself. Raises WrongState.
    """
    order = _undecided(order)
    for payment in order.payments.filter(state=Payment.State.PAID):
        if payment.left > 0:
            refunding.refund(payment, amount=payment.left, reason=reason, by=by)
    return settling.cancel(order, reason=reason)


def _undecided(order: Order) -> Order:
    order = lock(order)
    if order.state != Order.State.UNDECIDED:
        raise WrongState(state=order.get_state_display())
    return order


def _settled(order: Order, reason: str) -> Order:
    """Regardless of rules. Raising undoes what `settle` wrote, its mails about late money too."""
    eligibility_after_payment.waive(order, reason=reason)
    order = settling.settle(order, reason=reason)
    if order.state != Order.State.PAID:
        raise StillNoPlace
    return order
