"""One attempt to pay, from its beginning to its end (P3–P5).

Locks are taken in one order everywhere: the order's row, then the payment's. No provider is called while one is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone, translation

from kring.billing import settling
from kring.billing.models import Order
from kring.billing.refusals import OrderGone
from kring.core import codes, money
from kring.core.prepared import prepared
from kring.core.tenancy import in_scope, scope
from kring.organisations.audit import log
from kring.organisations.here import here
from kring.payments import mails, refusals
from kring.payments.method import Answer, Done, Instructions, PaymentMethod, Redirect, Urls
from kring.payments.methods import method as method_called
from kring.payments.models import Payment, Refund

# For slow methods where the attraction does not say.
DAYS_TO_PAY = 14
# After a failure there is this long to try again, or less where the order ends sooner.
TRY_AGAIN_WITHIN = timedelta(minutes=30)

COVERED = (Order.State.PAID, Order.State.UNDECIDED)


@dataclass(frozen=True)
class Started:
    payment: Payment
    answer: Answer


def start(
    order: Order,
    *,
    method: str,
    settings: Mapping[str, Any],
    return_url: str,
    notify_url: str,
    days_to_pay: int | None = None,
    latest: datetime | None = None,
) -> Started:
    """Begin to pay the order's total; while an attempt with this method is open, go on with that one.

    The order stays open for `days_to_pay` where the method is a slow one, but not after `latest`.
    A method that uses the network must be started outside any scope. Raises UnknownMethod, NotOffered, NotReady,
    AlreadyPaid, OrderGone, and ProviderUnavailable: then the same call may be made again, and charges once.
    """
    kind = method_called(method)
    account = kind.account(settings)
    urls = Urls(return_url, f"{notify_url}?{urlencode({'account': account})}" if account else notify_url)
    if not kind.uses_network:
        with scope(order.organisation_id):
            order, payment = _attempt(order, kind, settings, kept_until(kind, days_to_pay, latest))
            return _answered(payment, order, kind.start(payment, urls))
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
    with scope(order.organisation_id):
        order, payment = _attempt(order, kind, settings, kept_until(kind, days_to_pay, latest))
    answer = _known_answer(payment) or kind.start(payment, urls)
    with scope(order.organisation_id):
        return _answered(payment, _lock(payment), answer)


def confirm(payment: Payment, *, by: Any = None) -> bool:
    """The money is there, all of `payment.amount`; `by` is who ticked it. A covered order is settled.

    Also for an attempt that had failed or was let go: money that arrives after all counts (P4).
    False when it was there already: nothing happens twice. More than the order's total is kept and told to staff.
    """
    return _received(payment, _lock(payment), by=by)


def fail(payment: Payment, reason: str, *, by: Any = None) -> bool:
    """It came to nothing; `reason` is the provider's word or a sentence. The payer is told and may try again (P5).

    The order stays open for a short while only. False when the attempt had ended already.
    """
    order = _lock(payment)
    with translation.override(order.language):
        why = method_called(payment.method).explain(reason)
    if not payment.mark_failed(why):
        return False
    log("payment.failed", payment, new={"reason": reason}, actor=by)
    if order.is_unpaid:
        if not order.payments.open().exists():
            settling.shorten(order, until=timezone.now() + TRY_AGAIN_WITHIN)
        mails.failed(payment)
    return True


def can_undo(payment: Payment) -> bool:
    """A person ticked it, or this method is never ticked by anybody else."""
    return payment.confirmed_by_id is not None or method_called(payment.method).can_undo


def undo(payment: Payment, *, by: Any, reason: str) -> None:
    """Staff ticked it by mistake: it is waited for again, and so is the order if it is no longer covered.

    Where a provider or another attempt has the word now, nobody waits for this one.
    Raises OnlyByHand, GivenBack, or WrongState when it is not received.
    """
    order = _lock(payment)
    kind = method_called(payment.method)
    if not can_undo(payment):
        raise refusals.OnlyByHand
    if payment.refunded:
        raise refusals.GivenBack
    before = _facts(payment)
    others = order.payments.open().filter(method=payment.method)
    payment.unmark_paid(is_waited_for=kind.can_undo and not others.exists())
    log("payment.undone", payment, old=before, new=_facts(payment) | {"reason": reason}, actor=by)
    if order.state in COVERED and not kind.completes_unpaid and order.payments.kept() < order.total:
        settling.reopen(order, reason=reason)


def refund(payment: Payment, *, amount: Decimal, reason: str, by: Any) -> Refund:
    """Record what staff gave back by hand: above zero, in the payment's currency. `reason` is for the record.

    Raises RefundTooLarge if more than what came in would go back.
    """
    _lock(payment)
    left = payment.amount - payment.refunded if payment.state == Payment.State.PAID else Decimal(0)
    if amount > left:
        raise refusals.RefundTooLarge(left=money.say(left, payment.currency))
    given = payment.refunds.create(amount=amount, reason=reason[:300], created_by=by)
    payment.refresh_from_db()
    log("payment.refunded", payment, new={"amount": amount, "reason": reason}, actor=by)
    return given


def kept_until(kind: PaymentMethod, days_to_pay: int | None, latest: datetime | None = None) -> datetime:
    """How long an order stays open, at least, when an attempt with this method begins now."""
    if kind.hold is not None:
        return timezone.now() + kind.hold
    # Days on the organisation's clock: at the same time of day, also over a change of the clocks.
    until = timezone.localtime(timezone.now(), here().zone) + timedelta(days=days_to_pay or DAYS_TO_PAY)
    return min(until, latest) if latest else until


def surplus(order: Order) -> Decimal:
    """What came in beyond the order's total and was not given back."""
    return max(order.payments.kept() - order.total, Decimal(0))


def _attempt(order: Order, kind: PaymentMethod, settings: Mapping[str, Any], until: datetime) -> tuple[Order, Payment]:
    """The order, locked, and its open attempt with this method: the one there is, or a new one."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    _refuse_what_cannot_be_paid(order)
    if not kind.is_offered_for(order.total, order.currency):
        raise refusals.NotOffered
    begun = next(iter(_open(order=order.pk, method=kind.key)), None)
    if begun is not None:
        if begun.amount == order.total and begun.settings == settings:
            return order, begun
        # The price or the account changed meanwhile: what the old attempt asks for is no longer right.
        order.payments.filter(pk=begun.pk).let_go()
    order = settling.start_paying(order, until=until, is_locked=True)
    payment = order.payments.create(
        method=kind.key,
        account=kind.account(settings),
        settings=dict(settings),
        amount=order.total,
        currency=order.currency,
        reference=f"{order.number}-{codes.readable(4)}",
    )
    return order, payment


@prepared
def _open(order: Any, method: Any) -> QuerySet[Payment]:
    return Payment.objects.open().filter(order=order, method=method).order_by("pk")[:1]


def _refuse_what_cannot_be_paid(order: Order) -> None:
    if order.state in COVERED:
        raise refusals.AlreadyPaid
    if not order.is_unpaid or order.is_overdue:
        raise OrderGone
    if not order.buyer_email:
        raise refusals.NotReady


def _known_answer(payment: Payment) -> Redirect | None:
    """Where an attempt that is with the provider already goes on."""
    if payment.state != Payment.State.PENDING or "url" not in payment.provider_data:
        return None
    return Redirect(payment.provider_data["url"], payment.provider_id)


def _answered(payment: Payment, order: Order, answer: Answer) -> Started:
    """Write what the method said. The provider may have told us the end meanwhile; then only that counts."""
    if payment.state == Payment.State.PAID:
        return Started(payment, Done(paid=True))
    if payment.state == Payment.State.CREATED:
        _write(payment, order, answer)
    return Started(payment, answer)


def _write(payment: Payment, order: Order, answer: Answer) -> None:
    match answer:
        case Done(paid=True):
            _received(payment, order)
        case Done():
            payment.wait()
            settling.settle(order, is_locked=True)
        case Redirect():
            payment.wait(provider_id=answer.provider_id, provider_data={**answer.data, "url": answer.url})
        case Instructions():
            payment.wait()
            if answer.mail:
                mails.instructions(payment, order, answer)


def _received(payment: Payment, order: Order, *, by: Any = None) -> bool:
    """Both rows are locked."""
    before = {"state": payment.state} if payment.is_over else None
    if not payment.mark_paid(by=by):
        return False
    if not payment.amount:
        settling.settle(order, is_locked=True)
        return True
    log("payment.received", payment, old=before, new=_facts(payment), actor=by)
    kept = order.payments.kept()
    if kept < order.total:
        log("payment.too_little", payment, new={"received": kept, "total": order.total}, actor=by)
        mails.too_little(order, kept)
        return True
    order.payments.exclude(pk=payment.pk).let_go()
    if kept > order.total:
        log("payment.surplus", payment, new={"surplus": kept - order.total}, actor=by)
        mails.surplus(payment, kept - order.total)
    if kept - payment.amount < order.total:
        settling.settle(order, is_locked=True)
    return True


def _lock(payment: Payment) -> Order:
    """The order's row, then the payment's, as they are now; both until the end of the transaction."""
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    payment.refresh_from_db(from_queryset=Payment.objects.select_for_update())
    return order


def _facts(payment: Payment) -> dict[str, Any]:
    return {"method": payment.method, "amount": payment.amount, "currency": payment.currency, "state": payment.state}
