"""Giving money back (R6): against one payment, never against an order. No ticket is touched by it.

What goes back by a provider is a row first; a job asks the provider (sending_refunds.py), outside any transaction. What
staff gave back themselves is noted, and done. What goes by bank
file waits for one (transfer_files.py). Locks: the order, the payment, the refund.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.billing.invoicing import crediting
from kring.core import jobs, money
from kring.core.registry import Hooks
from kring.core.sepa import Account
from kring.organisations.audit import log
from kring.payments import credits, mails, payees, paying, refusals
from kring.payments.methods import UnknownMethod
from kring.payments.methods import method as method_called
from kring.payments.models import Payment, Refund

How, State = Refund.How, Refund.State
BY_HAND = [How.SAME, How.TRANSFER, How.CASH]
# In the log; all others are done at once.
ACTS: Mapping[str, str] = {
    How.PROVIDER: "payment.refund_asked",
    How.BANK_FILE: "payment.refund_for_a_file",
    How.GIFT: "payment.given",
}

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
    if payment.method == credits.METHOD:
        return [How.CREDIT, How.GIFT]
    provider = [How.PROVIDER] if can_be_sent(payment) else []
    return [*provider, *BY_HAND, *([] if payment.is_test else [How.BANK_FILE, How.CREDIT, How.GIFT])]


def goes_by_itself(payment: Payment) -> bool:
    """Nobody has to do anything: a provider does it, or it goes back to the credit it came from."""
    return can_be_sent(payment) or payment.method == credits.METHOD


def refund(
    payment: Payment,
    *,
    amount: Decimal,
    reason: str,
    by: User | None,
    how: str = "",
    given_on: date | None = None,
    seen: Decimal | None = None,
    account: Account | None = None,
) -> Refund:
    """So much of this payment goes back to whoever paid; `how` is the best way unless one is named. `reason` is for the
    record. By hand: staff have done so, on that day. By bank file: to this account; without one, the payer is asked for
    it. `seen`: what was left of it when that was decided.

    Raises NoAmount, CannotBeSent, those of `payees.payee_of`, RefundedMeanwhile where that is not so any more (a second
    click), and RefundTooLarge for more than what is left: neither refunded, nor on its way back, nor charged back.
    """
    refusals.refuse_bad_amount(amount)
    paying.lock(payment)
    how = how or ways(payment)[0]
    if how not in ways(payment):
        raise refusals.CannotBeSent
    if how == How.CREDIT and not credits.address_of(payment):
        raise refusals.NobodysCredit
    left = max(payment.left, Decimal(0)) if payment.state == Payment.State.PAID else Decimal(0)
    if seen is not None and seen != left:
        raise refusals.RefundedMeanwhile(left=money.say(left, payment.currency))
    if amount > left:
        raise refusals.RefundTooLarge(left=money.say(left, payment.currency))
    payment.refunds.filter(state__in=Refund.UNSUCCESSFUL, seen_at=None).update(seen_at=timezone.now())
    made = new(payment, how, amount, reason, by, given_on)
    if how == How.BANK_FILE:
        made.payee = payees.payee_of(payment, account, by=by)
    elif how == How.CREDIT:
        made.credit_account = credits.account_of(credits.address_of(payment), payment.currency)
    made.save(force_insert=True)
    if how == How.CREDIT:
        credits.give(made)
    payment.refresh_from_db()
    log(ACTS.get(how, "payment.refunded"), payment, new={"amount": amount, "reason": reason}, actor=by)
    if made.state == State.DONE:
        went_back(made)
    elif how == How.PROVIDER:
        jobs.later("payments.send_refunds")
    elif account is None:
        payees.ask([made])
    return made


def asked_for(payment: Payment, *, how: str, amount: Decimal, reason: str, by: User | None) -> Refund:
    """Of its provider, or by bank file, as one of many: not saved, and without its payee. Of what a provider does the
    buyer hears in another email."""
    made = new(payment, how, amount, reason, by)
    made.is_announced = how == How.PROVIDER and not payment.payer_email
    return made


def new(
    payment: Payment, how: str, amount: Decimal, reason: str, by: User | None, given_on: date | None = None
) -> Refund:
    """Not saved, and without whom it goes to."""
    made = Refund(payment=payment, how=how, amount=amount, reason=reason[:300], created_by=by)
    if how == How.PROVIDER:
        made.state, made.poll_at, made.given_on = State.ASKED, timezone.now(), None
    elif how == How.BANK_FILE:
        made.state, made.given_on = State.ASKED, None
    else:
        made.state, made.given_on = State.DONE, given_on or timezone.localdate()
    return made


def went_back(refund: Refund) -> None:
    """The payer is notified, and whom else it concerns; not again where they were, in an email about many."""
    crediting.credit_soon(refund.payment.order)
    if refund.is_announced:
        return
    if refund.how == How.GIFT:
        mails.given(refund)
        return
    # Of credit the person hears with each change of it.
    if refund.how != How.CREDIT:
        mails.refunded(refund, refund.payment, refund.payment.order)
    for hook in on_refunded:
        hook(refund)


def can_take_back(refund: Refund) -> bool:
    """Before the provider was asked, or where it never answers; before it is in a bank file; of what staff noted by
    hand: a mistake."""
    begins = State.ASKED if refund.how in (How.PROVIDER, How.BANK_FILE) else State.DONE
    return refund.is_stuck or (refund.state == begins and refund.how != How.ORDER)


def take_back(refund: Refund, *, reason: str, by: User | None) -> None:
    """It does not happen, or has not happened; what was to be paid out of credit is credit again. Raises
    TooLateToTakeBack, NotEnoughCredit.

    One that is stuck counts as refused: if its provider lists it after all, it is made (`is_made_after_all`).
    """
    paying.lock(refund.payment)
    refund.refresh_from_db(from_queryset=Refund.objects.select_for_update(of=("self",)).select_related("payment"))
    if not can_take_back(refund):
        raise refusals.TooLateToTakeBack
    if not (refund.reject(reason) if refund.is_stuck else refund.take_back(only_from=[refund.state])):
        raise refusals.TooLateToTakeBack
    payees.refunds_end([refund])
    log("payment.refund_taken_back", refund.payment, new={"amount": refund.amount, "reason": reason}, actor=by)
    if refund.how == How.CREDIT:
        credits.take_back(refund, reason=reason, by=by)
    elif account := credits.paid_out_of(refund):
        refund.payment.refresh_from_db()
        if refund.payment.left < refund.amount:
            # The payer's bank has taken it back meanwhile.
            return
        again = new(refund.payment, How.CREDIT, refund.amount, reason, by)
        again.credit_account = account
        again.save(force_insert=True)
        credits.give(again)
        log("payment.refunded", refund.payment, new={"amount": refund.amount, "reason": reason}, actor=by)


def mark_seen(refund: Refund, *, by: User | None) -> None:
    """Staff know that it failed, and see to it. Raises WrongState."""
    refund.mark_seen()
    log("payment.refund_seen", refund.payment, new={"amount": refund.amount}, actor=by)
