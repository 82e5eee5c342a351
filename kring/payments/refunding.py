"""Giving money back (R6): against one payment, never against an order. No ticket is touched by it.

What goes back by a provider is a row first; a job asks the provider (sending_refunds.py), outside any transaction. What
staff gave back themselves is noted, and done. Locks: the order, the payment, the refund.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.billing.invoicing import crediting
from kring.core import jobs, money
from kring.core.registry import Hooks
from kring.organisations.audit import log
from kring.payments import mails, paying, refusals
from kring.payments.methods import UnknownMethod
from kring.payments.methods import method as method_called
from kring.payments.models import Payment, Refund

How, State = Refund.How, Refund.State
BY_HAND = [How.SAME, How.TRANSFER, How.CASH]

# Called in the transaction in which the money went back: for whom it matters besides the buyer (registrations).
on_refunded = Hooks[[Refund], None]("hook for money that went back")


def can_be_sent(payment: Payment) -> bool:
    """Whether its provider can be asked to refund."""
    try:
        kind = method_called(payment.method)
    except UnknownMethod:
        return False
    return kind.can_refund and bool(payment.provider_id) and payment.provider_account_id is not None


def ways(payment: Payment) -> list[str]:
    """By which it can go back, the best first."""
    return [*([How.PROVIDER] if can_be_sent(payment) else []), *BY_HAND]


def refund(
    payment: Payment,
    *,
    amount: Decimal,
    reason: str,
    by: User | None,
    how: str = "",
    given_on: date | None = None,
    seen: Decimal | None = None,
) -> Refund:
    """So much of this payment goes back to whoever paid; `how` is the best way unless one is named. `reason` is for the
    record. By hand: staff have done so, on that day. `seen`: what was left of it when that was decided.

    Raises NoAmount, CannotBeSent, RefundedMeanwhile where that is not so any more (a second click), and RefundTooLarge
    for more than what is left: neither refunded, nor on its way back, nor charged back.
    """
    refusals.refuse_bad_amount(amount)
    paying.lock(payment)
    how = how or ways(payment)[0]
    if how == How.PROVIDER and not can_be_sent(payment):
        raise refusals.CannotBeSent
    left = max(payment.left, Decimal(0)) if payment.state == Payment.State.PAID else Decimal(0)
    if seen is not None and seen != left:
        raise refusals.RefundedMeanwhile(left=money.say(left, payment.currency))
    if amount > left:
        raise refusals.RefundTooLarge(left=money.say(left, payment.currency))
    payment.refunds.filter(state__in=Refund.UNSUCCESSFUL, seen_at=None).update(seen_at=timezone.now())
    made = _made(payment, how, amount, reason, by, given_on)
    made.save(force_insert=True)
    payment.refresh_from_db()
    act = "payment.refund_asked" if how == How.PROVIDER else "payment.refunded"
    log(act, payment, new={"amount": amount, "reason": reason}, actor=by)
    if made.state == State.DONE:
        went_back(made)
    else:
        jobs.later("payments.send_refunds")
    return made


def asked_for(payment: Payment, *, amount: Decimal, reason: str, by: User | None) -> Refund:
    """Of its provider, as one of many: not saved. The buyer hears of all of it in another email."""
    made = _made(payment, How.PROVIDER, amount, reason, by)
    made.is_announced = not payment.payer_email
    return made


def _made(
    payment: Payment, how: str, amount: Decimal, reason: str, by: User | None, given_on: date | None = None
) -> Refund:
    made = Refund(payment=payment, how=how, amount=amount, reason=reason[:300], created_by=by)
    if how == How.PROVIDER:
        made.state, made.poll_at, made.given_on = State.ASKED, timezone.now(), None
    else:
        made.state, made.given_on = State.DONE, given_on or timezone.localdate()
    return made


def went_back(refund: Refund) -> None:
    """The payer is notified, and whom else it concerns; not again where they were, in an email about many."""
    crediting.credit_soon(refund.payment.order)
    if refund.is_announced:
        return
    mails.refunded(refund, refund.payment, refund.payment.order)
    for hook in on_refunded:
        hook(refund)


def can_take_back(refund: Refund) -> bool:
    """Before the provider was asked, or where it never answers; of what staff noted by hand: a mistake."""
    begins = State.ASKED if refund.how == How.PROVIDER else State.DONE
    return refund.is_stuck or (refund.state == begins and refund.how != How.ORDER)


def take_back(refund: Refund, *, reason: str, by: User | None) -> None:
    """It does not happen, or has not happened. Raises TooLateToTakeBack.

    One that is stuck counts as refused: if its provider lists it after all, it is made (`is_made_after_all`).
    """
    paying.lock(refund.payment)
    refund.refresh_from_db(from_queryset=Refund.objects.select_for_update(of=("self",)).select_related("payment"))
    if not can_take_back(refund):
        raise refusals.TooLateToTakeBack
    if not (refund.reject(reason) if refund.is_stuck else refund.take_back(only_from=[refund.state])):
        raise refusals.TooLateToTakeBack
    log("payment.refund_taken_back", refund.payment, new={"amount": refund.amount, "reason": reason}, actor=by)


def mark_seen(refund: Refund, *, by: User | None) -> None:
    """Staff know that it failed, and see to it. Raises WrongState."""
    refund.mark_seen()
    log("payment.refund_seen", refund.payment, new={"amount": refund.amount}, actor=by)
