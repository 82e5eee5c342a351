"""What Mollie answers, as reports."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from enum import Enum

from mollie.models import Amount, ListEntityChargeback, ListRefundResponse, PaymentResponse, RefundResponse

from kring.payments.method import (
    CANCELLED,
    DONE,
    FAILED,
    LOST,
    OPEN,
    PAID,
    PENDING,
    UNDER_WAY,
    WON,
    DisputeReport,
    ProviderReport,
    ProviderUnavailable,
    RefundReport,
)

# Whatever else it may be called next year is still under way.
PAYMENT = {"paid": PAID, "canceled": FAILED, "expired": FAILED, "failed": FAILED}
REFUND = {"refunded": DONE, "failed": FAILED, "canceled": CANCELLED}


def report(
    payment: PaymentResponse,
    refunds: Iterable[ListRefundResponse] = (),
    chargebacks: Iterable[ListEntityChargeback] = (),
) -> ProviderReport:
    """Raises ProviderUnavailable where an amount is none."""
    # Without the payer: it is with the bank from the beginning.
    waits = UNDER_WAY if text(payment.sequence_type) == "recurring" else PENDING
    status = PAYMENT.get(text(payment.status), waits)
    return ProviderReport(
        event_id="",
        provider_id=payment.id,
        status=status,
        amount=_amount(payment.amount),
        currency=payment.amount.currency,
        reference=reference_of(payment.metadata),
        reason=_reason(payment) if status == FAILED else "",
        way=text(payment.method),
        refunds=tuple(map(refund_report, refunds)),
        disputes=tuple(_dispute(each, is_debit=text(payment.method) == "directdebit") for each in chargebacks),
    )


def refund_report(refund: RefundResponse | ListRefundResponse) -> RefundReport:
    return RefundReport(
        provider_id=refund.id,
        status=REFUND.get(text(refund.status), PENDING),
        amount=_amount(refund.amount),
        reference=reference_of(refund.metadata),
    )


def text(value: object) -> str:
    """Also of what this client does not know yet; "" where there is nothing."""
    return str(value.value) if isinstance(value, Enum) else value if isinstance(value, str) else ""


def _dispute(chargeback: ListEntityChargeback, *, is_debit: bool) -> DisputeReport:
    """A debit that was paid back stays so, as a rule; of others Mollie does not say when one is final, and the bank may
    still reverse it."""
    return DisputeReport(
        provider_id=chargeback.id,
        status=WON if chargeback.reversed_at else LOST if is_debit else OPEN,
        amount=_amount(chargeback.amount),
        reason=chargeback.reason.code if chargeback.reason else "",
    )


def _reason(payment: PaymentResponse) -> str:
    """Of a debit, a card or an account, else only that it was cancelled, or has expired."""
    why, details = payment.status_reason.code if payment.status_reason else "", payment.details
    bank = text(getattr(details, "bank_reason_code", ""))
    return bank or text(why) or text(getattr(details, "failure_reason", "")) or text(payment.status)


def reference_of(metadata: object) -> str:
    return str(metadata.get("reference", "")) if isinstance(metadata, dict) else ""


def _amount(amount: Amount) -> Decimal:
    try:
        return Decimal(amount.value)
    except InvalidOperation:
        raise ProviderUnavailable from None
