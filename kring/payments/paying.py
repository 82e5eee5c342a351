"""One attempt to pay, from its beginning to its end (P3–P5).

Locks are taken in one order everywhere: the order's row, then the payment's. No provider is called while one is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Unpack

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kring.accounts.models import User
from kring.billing import instalments, settling
from kring.billing.locking import lock as lock_order
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.billing.receipts import Money, counts_money, counts_receipts
from kring.core import money
from kring.core.tenancy import in_scope, scope, scope_there_is
from kring.organisations.audit import log
from kring.payments import accounts, mails, refusals
from kring.payments.beginning import BUYER, COVERED, Payer, attempt, kept_until, new_reference, slow_until
from kring.payments.free_of_charge import complete_for_free
from kring.payments.method import UNDER_WAY, Answer, Done, Instructions, Redirect, Settings, Urls
from kring.payments.methods import method as method_called
from kring.payments.models import Found, Payment

# After a failure there is this long to try again, or less where the order ends sooner.
TRY_AGAIN_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Started:
    payment: Payment
    answer: Answer


def start(
    order: Order,
    *,
    method: str,
    settings: Settings,
    return_url: str,
    notify_url: str,
    days_to_pay: int | None = None,
    latest: datetime | None = None,
    amount: Decimal | None = None,
    payer: Payer = BUYER,
    seen: Decimal | None = None,
) -> Started:
    """Begin to pay the order's total, of one in instalments the deposit, or `amount` of what is open; while an attempt
    with this method is open for it, go on with that one. `seen`: what was open when the amount was chosen, for a method
    that pays at once: a second click pays no second time.

    The order stays open for `days_to_pay` where the method is a slow one, but not after `latest`.
    A method that uses the network has an account with a provider, and must be started outside any scope. Raises
    UnknownMethod, NotOffered, NotReady, AlreadyPaid, PaysTooMuch, OrderGone, and ProviderUnavailable: then the same
    call may be made again, and charges once.
    """
    kind = method_called(method)
    if kind.is_free:
        with scope_there_is(order.organisation_id):
            return Started(complete_for_free(order), Done(paid=True))
    urls = Urls(return_url, notify_url)
    if not kind.uses_network:
        with scope_there_is(order.organisation_id):
            until = kept_until(kind, days_to_pay, latest)
            order, payment = attempt(order, kind, settings, until, None, amount, payer, seen)
            return _answered(payment, order, kind.start(payment, urls))
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
    with scope(order.organisation_id):
        account = accounts.to_pay_with(kind)
        urls = Urls(return_url, account.notified_at(notify_url), slow_until(days_to_pay, latest))
        order, payment = attempt(order, kind, settings, kept_until(kind, days_to_pay, latest), account, amount, payer)
    with accounts.watched(account):
        answer = _known_answer(payment) or kind.start(payment, urls)
    with scope(order.organisation_id):
        return _answered(payment, lock(payment), answer)


def confirm(payment: Payment, *, by: User | None = None) -> bool:
    """The money is there, all of `payment.amount`; `by` is who ticked it. A covered order is settled.

    Also for an attempt that had failed or was released: money that arrives after all counts (P4).
    False when it was there already: nothing happens twice. More than the order's total is kept and reported to staff.
    Where a person found another amount or day than requested: `by_hand.receive`.
    """
    return received(payment, lock(payment), by=by)


def fail(payment: Payment, reason: str, *, by: User | None = None, is_notified: bool = False) -> bool:
    """It failed; `reason` is the provider's code. The payer is notified, in a sentence, and may try again (P5);
    `is_notified`: in another mail.

    The order stays open for a short while only. False when the attempt had ended already.
    """
    order = lock(payment)
    if not payment.mark_failed(reason):
        return False
    log("payment.failed", payment, new={"reason": reason}, actor=by)
    if order.is_unpaid:
        if not order.payments.open().exists():
            settling.shorten(order, until=timezone.now() + TRY_AGAIN_WITHIN)
    elif not order.is_in_instalments or order.state != Order.State.PAID:
        return True
    if not is_notified:
        mails.failed(payment)
    return True


def note(payment: Payment, **known: str) -> None:
    """What the provider says of an attempt beside its state."""
    lock(payment)
    payment.note_at_provider(**known)


def note_way(payment: Payment, way: str, fee: Decimal | None) -> None:
    lock(payment)
    payment.note_way(way, fee)


def under_way(payment: Payment) -> None:
    """The payer has done their part, and a bank takes days: the places are kept as long as the attempt allows
    (`Urls.slow_until`, in its `provider_data`)."""
    order = lock(payment)
    if not payment.is_open:
        return
    until = parse_datetime(payment.provider_data.get("slow_until", ""))
    payment.note_at_provider(progress=UNDER_WAY)
    if until is not None and not order.is_overdue:
        settling.keep_longer(order, until=until)


def can_undo(payment: Payment) -> bool:
    """A person ticked it, or this method is never ticked by anybody else."""
    return payment.confirmed_by_id is not None or method_called(payment.method).can_undo


def undo(payment: Payment, *, by: User | None, reason: str) -> None:
    """Staff ticked it by mistake: it is waited for again, and so is the order if it is no longer covered.

    Where a provider or another attempt decides now, this one is not waited for.
    Raises OnlyByHand, GivenBack, or WrongState when it is not received.
    """
    order = lock(payment)
    kind = method_called(payment.method)
    if not can_undo(payment):
        raise refusals.OnlyByHand
    if payment.left != payment.amount:
        raise refusals.GivenBack
    before = _facts(payment)
    payment.unmark_paid(waits_for=_waited_for_again(payment, order) if kind.can_undo else None)
    log("payment.undone", payment, old=before, new=_facts(payment) | {"reason": reason}, actor=by)
    if order.state in COVERED and not kind.completes_unpaid and order.payments.kept() < _needed(order):
        settling.reopen(order, reason=reason)
    still_to_come(order)


def _waited_for_again(payment: Payment, order: Order) -> Decimal | None:
    """How much, when this payment counts no more; None where the attempt that took its place is for that sum."""
    left = max(order.total - (order.payments.kept() - payment.amount), Decimal(0))
    theirs = order.payments.filter(method=payment.method, payer_email=payment.payer_email)
    if other := theirs.waiting_for_staff().first():
        theirs.filter(pk=other.pk).update(amount=min(other.amount + payment.amount, left))
        return None
    if theirs.open().exists():
        return None
    # Who pays in parts, or for somebody else, chose how much.
    return min(payment.amount, left) if order.is_in_instalments or payment.payer_email else left


def retain(order: Order, *, amount: Decimal, reason: str, by: User | None) -> None:
    """Staff decided to keep this part of an overpayment. Raises NoAmount, KeepsTooMuch."""
    refusals.refuse_bad_amount(amount)
    order = lock_order(order)
    if amount > surplus(order):
        raise refusals.KeepsTooMuch(left=money.say(surplus(order), order.currency))
    order.retain(amount)
    log("order.money_retained", order, new={"amount": amount, "reason": reason}, actor=by)


def surplus(order: Order) -> Decimal:
    """The amount received beyond what is owed for the order, and neither refunded nor kept with a reason."""
    return max(order.payments.kept() - order.owed, Decimal(0))


def left_of(order: Order) -> Decimal:
    """What is owed and has not been received."""
    return max(order.owed - order.payments.kept(), Decimal(0))


@counts_receipts
def still_to_come(order: Order) -> Decimal:
    """What is owed and has not been received; attempts that wait for staff are reduced to that. Under its lock."""
    left = left_of(order)
    waiting = order.payments.waiting_for_staff()
    if left:
        waiting.filter(amount__gt=left).update(amount=left)
    elif order.is_unpaid:
        # The payer may still be with a provider: money that arrives all the same counts.
        order.payments.open().let_go()
    else:
        waiting.let_go()
    return left


@counts_money
def _money(order: Order) -> Money:
    """One statement."""
    paid, waiting = Q(state=Payment.State.PAID), Q(state=Payment.State.PENDING, provider_id="")
    found = order.payments.aggregate(
        received=Sum("amount", filter=paid), returned=Sum("refunded", filter=paid), open=Sum("amount", filter=waiting)
    )
    came, returned, open_sum = (found[name] or Decimal(0) for name in ("received", "returned", "open"))
    kept = came - returned
    if order.is_in_instalments and order.state == Order.State.PAID:
        # All that is open of it is asked for, also what went back.
        open_sum = max(order.owed - kept, Decimal(0))
    return Money(kept, returned, open_sum)


def _known_answer(payment: Payment) -> Redirect | None:
    """Where an attempt that is already with the provider continues."""
    if payment.state != Payment.State.PENDING or "url" not in payment.provider_data:
        return None
    return Redirect(payment.provider_data["url"], payment.provider_id)


def _answered(payment: Payment, order: Order, answer: Answer) -> Started:
    """Save the method's answer. The provider may have reported the end meanwhile; then only that counts."""
    if payment.state == Payment.State.PAID:
        return Started(payment, Done(paid=True))
    if payment.state == Payment.State.CREATED:
        _write(payment, order, answer)
    return Started(payment, answer)


def _write(payment: Payment, order: Order, answer: Answer) -> None:
    match answer:
        case Done(paid=True):
            received(payment, order)
        case Done():
            payment.wait()
            # The attempt that waited for a transfer waits for the same money.
            order.payments.exclude(pk=payment.pk).let_go()
            settling.settle(order)
        case Redirect():
            payment.wait(provider_id=answer.provider_id, provider_data={**answer.data, "url": answer.url})
        case Instructions():
            payment.wait()
            if answer.mail:
                mails.instructions(payment, order, answer)


def received(
    payment: Payment, order: Order, *, by: User | None = None, act: str = "payment.received", **found: Unpack[Found]
) -> bool:
    """Both rows are locked. `found`: what differed from the request."""
    before: dict[str, object] = {"state": payment.state} if payment.is_over else {}
    if found.get("amount", payment.amount) != payment.amount:
        before["amount"] = payment.amount
    goes_on = payment.is_open and found.get("amount", payment.amount) < payment.amount
    if not payment.mark_paid(by=by, **found):
        return False
    if payment.is_test and not order.is_test:
        order.mark_test()
    if not payment.amount:
        settling.settle(order)
        return True
    where = {"where": payment.received_where} if payment.received_where else {}
    log(act, payment, old=before or None, new=_facts(payment) | where, actor=by)
    if payment.payer_email:
        mails.receipt(payment, order)
    kept, needed = order.payments.kept(), _needed(order)
    if kept < needed:
        rest = _ask_for_the_rest(payment, order, needed - kept) if goes_on else None
        _too_little(payment, order, kept, by, rest)
        return True
    # Money for the rest of an order that is over: staff decides, as of all of it.
    completes = kept - payment.amount < needed or (order.is_in_instalments and order.state in Order.OVER)
    if completes or kept >= order.total:
        order.payments.exclude(pk=payment.pk).let_go()
    if kept > order.total:
        log("payment.surplus", payment, new={"surplus": kept - order.total}, actor=by)
        mails.surplus(payment, kept - order.total)
    if completes:
        settling.settle(order)
    elif order.is_in_instalments:
        still_to_come(order)
        mails.instalment_received(payment, order, left_of(order))
    return True


def _needed(order: Order) -> Decimal:
    """What completes the order."""
    return order.total - instalments.due_later(order)


def _ask_for_the_rest(payment: Payment, order: Order, left: Decimal) -> Payment | None:
    """With the same method, under a reference of its own; None where that needs a provider, or nothing is owed."""
    if not method_called(payment.method).can_undo or order.state in Order.OVER or order.is_overdue:
        return None
    rest: Payment = order.payments.create(
        method=payment.method,
        account=payment.account,
        provider_account_id=payment.provider_account_id,
        is_test=payment.is_test,
        settings=payment.settings,
        state=Payment.State.PENDING,
        amount=left,
        currency=payment.currency,
        reference=new_reference(order),
        payer_name=payment.payer_name,
        payer_email=payment.payer_email,
    )
    return rest


def _too_little(payment: Payment, order: Order, kept: Decimal, by: User | None, rest: Payment | None) -> None:
    """It is kept, and completes nothing. Attendees admitted before pay the rest on site."""
    if order.state in COVERED:
        return
    if order.is_of_dues:
        mails.instalment_received(payment, order, left_of(order))
        return
    if method_called(payment.method).pays_a_part:
        return
    log("payment.too_little", payment, new={"received": kept, "total": order.total}, actor=by)
    # Somebody who pays for the buyer chose how much.
    if by is None and not payment.payer_email:
        mails.too_little(order, kept)
    mails.part_received(payment, order, kept, _needed(order) - kept, rest)


def lock(payment: Payment) -> Order:
    """The order's row, then the payment's, refreshed; both locked until the end of the transaction."""
    order = lock_pk(payment.order_id)
    payment.refresh_from_db(from_queryset=Payment.objects.select_for_update())
    return order


def _facts(payment: Payment) -> dict[str, object]:
    return {"method": payment.method, "amount": payment.amount, "currency": payment.currency, "state": payment.state}
