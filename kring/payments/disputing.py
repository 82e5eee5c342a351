"""What providers report of payments that payers dispute with their banks (P4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from kring.billing.models import Order
from kring.core.registry import Hooks
from kring.organisations.audit import log
from kring.payments import mails
from kring.payments.method import LOST, OPEN, WON, DisputeReport
from kring.payments.models import Dispute, Payment

# Called with its order in the transaction in which a dispute was opened, or has ended.
on_dispute = Hooks[[Order], None]("hook for a dispute")


def apply(payment: Payment, reports: Sequence[DisputeReport], *, is_notified: bool = False) -> bool:
    """All that the provider says of the disputes about this payment, whose row is locked. True where it was new.
    `is_notified`: no mails, those concerned are notified in another one."""
    known = {each.provider_id: each for each in payment.disputes.all()}
    news = [
        _apply_one(payment, known.get(report.provider_id[:120]), report, is_notified)
        for report in reports
        if report.amount > 0
    ]
    if any(news):
        for hook in on_dispute:
            hook(payment.order)
    return any(news)


def _apply_one(payment: Payment, dispute: Dispute | None, report: DisputeReport, is_notified: bool) -> bool:
    if dispute is None:
        dispute = _open(payment, report)
        _move(dispute, report, is_notified)
        return True
    respond_by = _moment(report.respond_by) or dispute.respond_by
    if (dispute.amount, dispute.respond_by) != (report.amount, respond_by):
        dispute.change(amount=report.amount, respond_by=respond_by)
    return _move(dispute, report, is_notified)


def _open(payment: Payment, report: DisputeReport) -> Dispute:
    made: Dispute = payment.disputes.create(
        provider_id=report.provider_id[:120],
        amount=report.amount,
        reason=report.reason[:300],
        respond_by=_moment(report.respond_by),
    )
    log("payment.disputed", payment, new={"amount": report.amount, "reason": report.reason})
    if report.status == OPEN:
        mails.disputed(made)
    return made


def _move(dispute: Dispute, report: DisputeReport, is_notified: bool) -> bool:
    """What has ended stays so: a report that it is open is an old one."""
    if report.status == WON and dispute.win():
        log("payment.dispute_won", dispute.payment, new={"amount": dispute.amount})
    elif report.status == LOST and dispute.lose():
        log("payment.dispute_lost", dispute.payment, new={"amount": dispute.amount})
    else:
        return False
    if not is_notified:
        mails.dispute_ended(dispute)
    return True


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
