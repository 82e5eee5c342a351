"""What a provider's own books say: each movement of money in the organisation's account there, and each payout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.payments.method import Report

PAYMENT, REFUND, DISPUTE, FEE, OTHER = "payment", "refund", "dispute", "fee", "other"
PAYOUT_ANNOUNCED, PAYOUT_PAID, PAYOUT_FAILED = "announced", "paid_out", "returned"


@dataclass(frozen=True)
class LedgerEntry(Report):
    """One movement. What came into the account is above zero: a payment, a refund that bounced, a dispute that was won.

    `provider_id` is its name there, always the same and no other movement's of this kind. The payment it is about is
    found by the first of these that is not empty and known: `payment_id`, the provider's id of the attempt
    (`Redirect.provider_id`); `reference`, ours of the payment; `refund_reference`, ours of the refund; `transaction`,
    the provider's id of the money, which all movements about one payment share.
    """

    kind: str
    provider_id: str
    at: datetime
    # In the currency of the account there, before the fee.
    amount: Decimal
    currency: str
    # What the provider keeps of it; None: it does not say, or not yet.
    fee: Decimal | None = None
    # What the payer paid or got back, where that was another currency.
    paid: Decimal | None = None
    paid_currency: str = ""
    payment_id: str = ""
    reference: str = ""
    refund_reference: str = ""
    transaction: str = ""
    # With which payout it goes to the bank; "": it does not say, or not yet.
    payout_id: str = ""


@dataclass(frozen=True)
class PayoutReport(Report):
    """Money that the provider sends to the organisation's bank; `amount` is what arrives there."""

    provider_id: str
    amount: Decimal
    currency: str
    # PAYOUT_ANNOUNCED, PAYOUT_PAID, or PAYOUT_FAILED: it stayed with the provider.
    state: str
    arrives_on: date | None
    # All that was kept of it, where the provider says that of the payout and not of each movement.
    fees: Decimal | None = None


type LedgerPage = Sequence[LedgerEntry | PayoutReport]


class LedgerClosed(Refusal):
    """These keys may not read the books; all else works as before."""

    code = "ledger_closed"
    message = _("These keys may not read what the provider has booked.")
