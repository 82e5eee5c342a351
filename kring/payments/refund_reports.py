"""What providers report of refunds: of ours, and of those made at the provider's own site (R6).

Each report may come twice, late and out of order. The caller locks the payment's row, so that each is recorded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.organisations.audit import log
from kring.payments import mails, refunding
from kring.payments.method import CANCELLED, DONE, FAILED, PENDING, RefundReport
from kring.payments.models import Payment, Refund

State = Refund.State
# What is reported without our reference while one of ours has no answer yet may be that one: soon we know.
ASK_AGAIN_IN = timedelta(minutes=1)


class Contradiction(Exception):
    """A provider reports what cannot be, such as more than was paid: a person has to look at it."""


def apply(payment: Payment, reports: Sequence[RefundReport]) -> bool:
    """All that the provider says of the refunds of this payment. True where something was new.

    Raises Contradiction after all of them: what cannot be of one keeps no other back.
    """
    known = list(payment.refunds.all())
    is_new, wrong = False, list[str]()
    # What ended before what is new: there may be room for that only then.
    for report in sorted(reports, key=lambda each: each.status in (DONE, PENDING)):
        try:
            is_new = _apply(payment, known, report) or is_new
        except Contradiction as why:
            wrong.append(str(why))
    if wrong:
        raise Contradiction("; ".join(wrong))
    return is_new


def _apply(payment: Payment, known: list[Refund], report: RefundReport) -> bool:
    if report.amount <= 0:
        raise Contradiction(f"refund of {report.amount} {payment.currency}")
    if refund := _known(known, report):
        return apply_one(refund, report)
    if report.status not in (DONE, PENDING):
        return False
    if _may_be_ours(known, report):
        Payment.objects.filter(pk=payment.pk).update(poll_at=timezone.now() + ASK_AGAIN_IN)
        return False
    known.append(_record(payment, report))
    return True


def apply_one(refund: Refund, report: RefundReport) -> bool:
    """True where it moved. Raises Contradiction."""
    if report.amount != refund.amount:
        raise Contradiction(f"{report.amount} {refund.currency} instead of {refund.amount} {refund.currency}")
    if refund.state == State.REJECTED and report.status in (DONE, PENDING):
        return _is_made_after_all(refund, report)
    if report.status == PENDING:
        return _waits(refund, report)
    if report.status == FAILED:
        return _fails(refund, report)
    if report.status == CANCELLED:
        return refund.take_back()
    if refund.state in (State.FAILED, State.TAKEN_BACK):
        raise Contradiction(f"refund of {report.amount} {refund.currency} made after it had ended")
    if moved := refund.finish(report.provider_id):
        refunding.went_back(refund)
    return moved


def reject(refund: Refund, reason: str) -> None:
    """The provider will not make it: staff are notified, and may choose another way. The payer hears nothing yet.

    It is asked what it has refunded instead: what there was no room for beside this one may be recorded now.
    """
    if refund.reject(reason):
        refund.payment.hinted()
        log("payment.refund_rejected", refund.payment, new={"amount": refund.amount, "reason": reason})
        mails.refund_failed_for_staff(refund)


def _is_made_after_all(refund: Refund, report: RefundReport) -> bool:
    """Raises Contradiction where there is no room for it any more: staff have refunded in another way meanwhile."""
    is_done = report.status == DONE
    try:
        with transaction.atomic():
            moved = refund.is_made_after_all(report.provider_id, is_done=is_done)
    except IntegrityError:
        raise Contradiction(f"refund of {report.amount} {refund.currency} that had been refused") from None
    if moved:
        log("payment.refund_found", refund.payment, new={"amount": refund.amount, "reason": refund.reason})
        mails.refund_not_believed(refund.payment, f"{refund}: refused at first, and made all the same")
    if moved and is_done:
        refunding.went_back(refund)
    elif moved and not refund.is_announced:
        mails.refund_under_way(refund)
    return moved


def _waits(refund: Refund, report: RefundReport) -> bool:
    moved = refund.wait(report.provider_id)
    if moved and not refund.is_announced:
        mails.refund_under_way(refund)
    return moved


def _fails(refund: Refund, report: RefundReport) -> bool:
    had_heard = refund.is_announced or refund.state in (State.PENDING, State.DONE)
    if not refund.fail(report.reason, report.provider_id):
        return False
    refund.payment.hinted()
    log("payment.refund_failed", refund.payment, new={"amount": refund.amount, "reason": report.reason})
    mails.refund_failed_for_staff(refund)
    if had_heard:
        mails.refund_failed(refund)
    return True


def _known(refunds: Sequence[Refund], report: RefundReport) -> Refund | None:
    by_id = [each for each in refunds if each.provider_id and each.provider_id == report.provider_id]
    mine = [each for each in refunds if each.reference and each.reference == report.reference]
    return next(iter(by_id or mine), None)


def _may_be_ours(refunds: Sequence[Refund], report: RefundReport) -> bool:
    return not report.reference and any(
        each.state == State.SENT and not each.provider_id and each.amount == report.amount for each in refunds
    )


def _record(payment: Payment, report: RefundReport) -> Refund:
    """Made at the provider's own site. Raises Contradiction for more than there is."""
    is_done = report.status == DONE
    try:
        with transaction.atomic():
            made: Refund = payment.refunds.create(
                how=Refund.How.PROVIDER,
                state=State.DONE if is_done else State.PENDING,
                amount=report.amount,
                reason=report.reason[:300],
                provider_id=report.provider_id[:120],
                is_foreign=True,
                given_on=timezone.localdate() if is_done else None,
                poll_at=None if is_done else timezone.now() + ASK_AGAIN_IN,
            )
    except IntegrityError:
        raise Contradiction(f"refund of {report.amount} {payment.currency} where less is left") from None
    log("payment.refund_found", payment, new={"amount": report.amount, "reason": report.reason})
    mails.refund_found(made)
    if is_done:
        refunding.went_back(made)
    else:
        mails.refund_under_way(made)
    return made
