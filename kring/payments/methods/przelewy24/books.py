"""What Przelewy24 has booked: transactions, refunds and payouts of some days, from its report.

Which of them are in a payout it does not say here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from kring.payments.ledger import (
    PAYMENT,
    PAYOUT_ANNOUNCED,
    PAYOUT_PAID,
    REFUND,
    LedgerEntry,
    LedgerPage,
    PayoutReport,
)
from kring.payments.method import ProviderUnavailable
from kring.payments.methods.przelewy24.calls import Api
from kring.payments.methods.przelewy24.refunding import OURS

type Row = Mapping[str, Any]

ITS_ZONE = ZoneInfo("Europe/Warsaw")
# It tells of no more days at once.
MOST_DAYS = timedelta(days=30)
MOST_PAGES = 10_000
# Of transactions: verified; of refunds.
MADE, COMPLETED = 2, 1


def ledger(api: Api, since: datetime) -> Iterator[LedgerPage]:
    day, today = since.astimezone(ITS_ZONE).date(), timezone.now().astimezone(ITS_ZONE).date()
    while day <= today:
        until = min(day + MOST_DAYS, today)
        yield from map(_page, _pages(api, day, until))
        day = until + timedelta(days=1)


def _pages(api: Api, since: date, until: date) -> Iterator[list[Row]]:
    found: Row = api.history(since, until)
    count = 0
    for _number in range(MOST_PAGES):
        rows = found.get("data") or []
        if not isinstance(rows, list):
            raise ProviderUnavailable
        yield rows
        count += len(rows)
        token = found.get("token")
        if not rows or not token or count >= _all_of(found):
            return
        found = api.more_history(str(token))


def _all_of(found: Row) -> int:
    try:
        return int((found.get("pageInformation") or {}).get("recordsAll") or 0)
    except (TypeError, ValueError, AttributeError):
        raise ProviderUnavailable from None


def _page(rows: list[Row]) -> LedgerPage:
    try:
        return [entry for row in rows for entry in _read(row)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise ProviderUnavailable from None


def _read(row: Row) -> Iterator[LedgerEntry | PayoutReport]:
    details = row["details"]
    facts = details[0] if isinstance(details, list) else details
    amount, currency = _money(row["amount"]), str(row["currency"])
    match row["type"]:
        case "transaction" if int(facts["status"]) == MADE:
            # It calls it so.
            order_id = str(facts.get("orderId") or facts["ordrId"])
            fee = facts.get("fee")
            yield LedgerEntry(
                kind=PAYMENT,
                provider_id=order_id,
                at=_moment(facts["dateOfTransaction"] or facts["date"]),
                amount=amount,
                currency=currency,
                fee=None if fee is None else _money(fee),
                payment_id=str(facts["sessionId"]),
                transaction=order_id,
            )
        case "refund" if int(facts["status"]) == COMPLETED:
            request = str(facts.get("requestId") or "")
            yield LedgerEntry(
                kind=REFUND,
                provider_id=str(facts["refundId"]),
                at=_moment(facts["dateOut"] or facts["dateIn"]),
                amount=-abs(amount),
                currency=currency,
                refund_reference=request.removeprefix(OURS) if request.startswith(OURS) else "",
                transaction=str(facts["orderId"]),
            )
        case "batch":
            sent = facts.get("dateOut")
            yield PayoutReport(
                provider_id=str(facts["batchId"]),
                amount=amount,
                currency=currency,
                state=PAYOUT_PAID if sent else PAYOUT_ANNOUNCED,
                arrives_on=_moment(sent).date() if sent else None,
                fees=_money(facts["commision"]) if facts.get("commision") is not None else None,
            )


def _money(grosze: object) -> Decimal:
    """Raises ValueError, TypeError."""
    return Decimal(int(str(grosze))) / 100


def _moment(text: object) -> datetime:
    """Raises ValueError."""
    return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=ITS_ZONE)
