"""What Stripe has booked: balance transactions, and payouts with those that each of them pays out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import stripe

from kring.payments.ledger import (
    DISPUTE,
    FEE,
    OTHER,
    PAYMENT,
    PAYOUT_ANNOUNCED,
    PAYOUT_FAILED,
    PAYOUT_PAID,
    REFUND,
    LedgerClosed,
    LedgerEntry,
    LedgerPage,
    PayoutReport,
)
from kring.payments.methods.stripe import api
from kring.payments.methods.stripe.limits import from_units
from kring.payments.methods.stripe.reading import REFUND as OUR_REFUND
from kring.payments.methods.stripe.reading import Row, reference_of
from kring.payments.models import ProviderAccount

MOST = 100
# By `reporting_category`, which tells adjustments apart as `type` does not.
KINDS = {
    **dict.fromkeys(("charge", "charge_failure", "partial_capture_reversal"), PAYMENT),
    **dict.fromkeys(("refund", "refund_failure"), REFUND),
    **dict.fromkeys(("dispute", "dispute_reversal"), DISPUTE),
    **dict.fromkeys(("fee", "network_cost", "tax"), FEE),
}
# They are the payouts themselves.
PAYOUTS = ("payout", "payout_reversal")
STATES = {"paid": PAYOUT_PAID, "failed": PAYOUT_FAILED, "canceled": PAYOUT_FAILED}


def ledger(account: ProviderAccount, since: datetime) -> Iterator[LedgerPage]:
    from_then: api.Wanted = {"created": {"gte": int(since.timestamp())}, "limit": MOST}
    with api.client(account.keys) as client:
        try:
            complete: list[str] = []
            for payouts in _pages(client.v1.payouts, from_then):
                yield [_payout(each) for each in payouts]
                # Of one that was asked for by hand Stripe does not say what is in it.
                complete += [each["id"] for each in payouts if each.get("reconciliation_status") == "completed"]
            booked = client.v1.balance_transactions
            expanded: api.Wanted = {"limit": MOST, "expand": ["data.source"]}
            for page in _pages(booked, {**expanded, **from_then}):
                yield _entries(page)
            for payout in complete:
                for page in _pages(booked, {**expanded, "payout": payout}):
                    yield _entries(page, payout)
        except stripe.PermissionError:
            raise LedgerClosed from None


def _pages(service: api.Wanted, wanted: api.Wanted) -> Iterator[list[Row]]:
    """The newest first: what comes in meanwhile is seen the next time."""
    page = service.list(wanted)
    while page.data:
        yield [each.to_dict() for each in page.data]
        if not page.has_more:
            return
        page = service.list({**wanted, "starting_after": page.data[-1].id})


def _entries(page: list[Row], payout: str = "") -> LedgerPage:
    return [_entry(each, payout) for each in page if each["reporting_category"] not in PAYOUTS]


def _entry(booked: Row, payout: str) -> LedgerEntry:
    source = booked.get("source")
    about: Row = source if isinstance(source, Mapping) else {}
    kind = KINDS.get(booked["reporting_category"], OTHER)
    currency, amount = booked["currency"].upper(), from_units(booked["amount"], booked["currency"])
    paid, paid_currency = _paid(about, amount, currency) if kind in (PAYMENT, REFUND, DISPUTE) else (None, "")
    return LedgerEntry(
        kind=kind,
        provider_id=booked["id"],
        at=datetime.fromtimestamp(booked["created"], UTC),
        amount=amount,
        currency=currency,
        fee=from_units(booked["fee"], booked["currency"]),
        paid=paid,
        paid_currency=paid_currency,
        reference=reference_of(about),
        refund_reference=str((about.get("metadata") or {}).get(OUR_REFUND, "")),
        transaction=_intent(about),
        payout_id=payout,
    )


def _paid(source: Row, amount: Decimal, currency: str) -> tuple[Decimal | None, str]:
    """As the payer sees it, where the account is kept in another currency; with the sign of the booking."""
    theirs = str(source.get("currency") or currency).upper()
    if theirs == currency:
        return None, ""
    units = from_units(abs(source["amount"]), theirs)
    return (units if amount >= 0 else -units), theirs


def _intent(source: Row) -> str:
    intent = source.get("payment_intent")
    return str((intent["id"] if isinstance(intent, Mapping) else intent) or "")


def _payout(payout: Row) -> PayoutReport:
    return PayoutReport(
        provider_id=payout["id"],
        amount=from_units(payout["amount"], payout["currency"]),
        currency=payout["currency"].upper(),
        state=STATES.get(payout["status"], PAYOUT_ANNOUNCED),
        arrives_on=datetime.fromtimestamp(payout["arrival_date"], UTC).date(),
    )
