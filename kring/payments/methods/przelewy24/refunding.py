"""Refunds by Przelewy24: asked for once, their states as it lists them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, cast

from kring.payments.method import (
    DONE,
    FAILED,
    PENDING,
    ProviderUnavailable,
    RefundRefused,
    RefundReport,
)
from kring.payments.methods.przelewy24.calls import Api, Fields

if TYPE_CHECKING:
    from kring.payments.models import Payment, Refund

# Of 1 completed, 2 pending, 3 awaiting, 4 rejected.
STATUS = {1: DONE, 4: FAILED}
# One that has a request id like this was asked for by us: the rest of it is our reference.
OURS = "kring-"
LONGEST_DESCRIPTION = 35


class WithReference(Protocol):
    reference: str


def refund(api: Api, refund: Refund, payment: Payment) -> RefundReport:
    """First it is looked for: an answer may have been lost."""
    reference, order_id = cast("WithReference", refund).reference, _order_id(api, payment)
    if found := _ours(api, order_id, reference):
        return found
    wish = {
        "orderId": order_id,
        "sessionId": payment.provider_id,
        "amount": int(refund.amount * 100),
        "description": payment.reference[:LONGEST_DESCRIPTION],
    }
    asked = {"requestId": OURS + reference, "refundsUuid": reference, "refunds": [wish]}
    answer = api.refund({**asked, "urlStatus": payment.provider_data.get("notify", "")})
    if answer.status >= 400:
        # Asked for twice at the same moment, it refuses the second.
        if found := _ours(api, order_id, reference):
            return found
        raise RefundRefused(reason=answer.error)
    return RefundReport(provider_id=OURS + reference, status=PENDING, amount=refund.amount, reference=reference)


def known(api: Api, order_id: int) -> tuple[RefundReport, ...]:
    """Raises ValueError, KeyError, TypeError where they are not in their format."""
    answer = api.refunds(order_id)
    if answer.status == 404:
        return ()
    refunds = answer.data["refunds"]
    if not isinstance(refunds, list):
        raise TypeError
    return tuple(map(_report, refunds))


def _ours(api: Api, order_id: int, reference: str) -> RefundReport | None:
    try:
        return next((each for each in known(api, order_id) if each.reference == reference), None)
    except (ValueError, KeyError, TypeError):
        raise ProviderUnavailable from None


def _order_id(api: Api, payment: Payment) -> int:
    try:
        return int(str(api.transaction(payment.provider_id).data["orderId"]))
    except (ValueError, KeyError):
        raise ProviderUnavailable from None


def _report(refund: Fields) -> RefundReport:
    request, status = str(refund.get("requestId") or ""), int(str(refund["status"]))
    return RefundReport(
        provider_id=request or f"{refund['batchId']} {refund['date']}",
        status=STATUS.get(status, PENDING),
        amount=Decimal(int(str(refund["amount"]))) / 100,
        reference=request.removeprefix(OURS) if request.startswith(OURS) else "",
    )
