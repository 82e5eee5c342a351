"""Credit that leaves again: paid out by staff, or given back for an order that was never completed (R6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.core import money
from kring.core.sepa import Account
from kring.core.transactions import in_transaction
from kring.organisations.audit import log
from kring.payments import credits, mails, payees, paying, refunding, refusals
from kring.payments.mail_kinds import CREDIT_PAID_OUT
from kring.payments.models import CreditAccount, Payment, Refund

How, State = Refund.How, Refund.State
WAYS = [How.BANK_FILE, How.TRANSFER, How.CASH]


@in_transaction
def pay_out(
    account: CreditAccount,
    *,
    amount: Decimal,
    how: str,
    reason: str,
    by: User | None,
    given_on: date | None = None,
    to: Account | None = None,
    seen: Decimal | None = None,
) -> list[Refund]:
    """So much of it goes out: the latest refunds to it become refunds by transfer, in cash, or by bank file (`to` as in
    `refunding.refund`; without, whose credit it is gets asked). What is left of one of them stays credit. `seen`: the
    balance when that was decided.

    Raises NoAmount, NotEnoughCredit, CreditChangedMeanwhile (a second click), RefundTooLarge where the payer's bank has
    taken back the payment it came from, those of `payees.payee_of`.
    """
    refusals.refuse_bad_amount(amount)
    if how not in WAYS:
        raise refusals.CannotBeSent
    refunds = _locked(account)
    account.refresh_from_db()
    if seen is not None and seen != account.balance:
        raise refusals.CreditChangedMeanwhile(left=money.say(account.balance, account.currency))
    if amount > account.balance:
        raise refusals.NotEnoughCredit(left=money.say(account.balance, account.currency))
    left, made = amount, list[Refund]()
    for refund in refunds:
        if part := min(left, refund.amount):
            made.append(_turned(refund, part, how=how, reason=reason, by=by, given_on=given_on, to=to))
            left -= part
    if left:
        # Only where the ledger says more than the refunds: nothing goes out that no payment stands for.
        raise refusals.NotEnoughCredit(left=money.say(amount - left, account.currency))
    for refund in made:
        credits.write_off(account, refund.amount, refund=refund, reason=reason, by=by)
    mails.credit_changed(account, amount, CREDIT_PAID_OUT, made[0].payment)
    log("credit.paid_out", account, new={"amount": amount, "how": how, "reason": reason}, actor=by)
    if how == How.BANK_FILE and to is None:
        payees.ask(made)
    return made


def _locked(account: CreditAccount) -> list[Refund]:
    """The refunds to this credit, the latest first: their orders, payments, and themselves, locked."""
    mine = Refund.objects.filter(credit_account=account, how=How.CREDIT, state=State.DONE)
    payments = mine.values("payment")
    list(rows_to_lock().filter(payments__in=payments).order_by("pk"))
    list(Payment.objects.filter(pk__in=payments).order_by("pk").select_for_update(of=("self",)))
    return list(mine.select_for_update(of=("self",)).select_related("payment__order", "credit_account").order_by("-pk"))


def _turned(
    refund: Refund,
    part: Decimal,
    *,
    how: str,
    reason: str,
    by: User | None,
    given_on: date | None,
    to: Account | None,
) -> Refund:
    """The same money of the same payment, in another way."""
    payment = refund.payment
    if payment.left < 0:
        raise refusals.RefundTooLarge(left=money.say(0, payment.currency))
    refund.take_back(only_from=[State.DONE])
    if rest := refund.amount - part:
        stays = refunding.new(payment, How.CREDIT, rest, refund.reason, refund.created_by)
        stays.credit_account, stays.is_announced = refund.credit_account, True
        stays.save(force_insert=True)
    made = refunding.new(payment, how, part, reason, by, given_on)
    if how == How.BANK_FILE:
        assert refund.credit_account is not None
        made.payee = payees.payee_of(payment, to, by=by, email=refund.credit_account.email)
    made.save(force_insert=True)
    log(refunding.ACTS.get(how, "payment.refunded"), payment, new={"amount": part, "reason": reason}, actor=by)
    if made.state == State.DONE:
        mails.refunded(made, payment, payment.order)
    return made


def give_back_due() -> int:
    """Of orders that ended without ever having been completed: what was paid for them by credit is credit again."""
    number = 0
    for payment in credits.of_orders_that_ended_unpaid().order_by("pk")[:100]:
        order = paying.lock(payment)
        if order.state in order.OVER and payment.left > 0:
            refunding.refund(payment, amount=payment.left, reason=_("The order was not completed."), by=None)
            number += 1
    return number
