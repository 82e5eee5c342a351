"""What Mollie has booked: payments, refunds and chargebacks of the profile; and, with an access token of the
organisation, what they cost and the settlements.

Read as plain JSON: Mollie's client would make objects of two hundred fields of each, and does not know the form in
which Mollie says what a movement of the balance is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.conf import settings

from kring.core.json_input import read_json
from kring.payments.ledger import (
    DISPUTE,
    FEE,
    OTHER,
    PAYMENT,
    PAYOUT_ANNOUNCED,
    PAYOUT_FAILED,
    PAYOUT_PAID,
    REFUND,
    LedgerEntry,
    LedgerPage,
    PayoutReport,
)
from kring.payments.method import KeysRefused, ProviderUnavailable
from kring.payments.methods.mollie.client import TIMEOUT_SECONDS, connections
from kring.payments.models import ProviderAccount

type Row = Mapping[str, Any]

MOST = 250
# A bank may give back so much later what it took.
REVERSED_WITHIN = timedelta(days=180)
WENT_BACK, CAME_BACK = ("processing", "refunded", "failed"), "failed"
STATES = {"paidout": PAYOUT_PAID, "failed": PAYOUT_FAILED}
# Of the balance: what is not of a payment, a refund or a chargeback of this profile.
FEES = ("payment-fee", "failed-payment-fee", "invoice-compensation", "reimbursement-fee", "balance-charge-fee")
OTHERS = ("balance-correction", "topup", "balance-topup", "balance-reserve", "balance-reserve-return")


def ledger(account: ProviderAccount, since: datetime) -> Iterator[LedgerPage]:
    key, token = account.keys["key"], account.keys.get("organisation_token", "")
    costs: dict[str, Decimal] = {}
    if token:
        test = {"testmode": "true"} if account.is_test else {}
        # There are none in test mode.
        if not account.is_test:
            for page in _allowed(_pages(token, "settlements", "settlements", since)):
                yield [_settlement(each) for each in page if each["status"] != "open"]
        moves = _pages(token, "balances/primary/transactions", "balance_transactions", since, test)
        for page in _allowed(moves):
            costs |= dict(_cost(each) for each in page if each["type"] in (PAYMENT, REFUND, "chargeback"))
            yield [_movement(each) for each in page if each["type"] in (*FEES, *OTHERS)]
    for page in _pages(key, "payments", "payments", since):
        yield [_payment(each, costs) for each in page if each["status"] == "paid"]
    for page in _pages(key, "refunds", "refunds", since):
        yield [entry for each in page if each["status"] in WENT_BACK for entry in _refund(each, costs)]
    for page in _pages(key, "chargebacks", "chargebacks", since - REVERSED_WITHIN):
        yield [entry for each in page for entry in _chargeback(each, costs)]


def may_see_payouts(token: str) -> bool:
    """Raises ProviderUnavailable."""
    try:
        _get(token, "settlements", {"limit": "1"})
        _get(token, "balances/primary/transactions", {"limit": "1"})
    except KeysRefused:
        return False
    return True


def _allowed(pages: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """What the token may not see is not known, and all else is compared."""
    try:
        yield from pages
    except KeysRefused:
        return


def _pages(
    key: str, path: str, name: str, since: datetime, more: Mapping[str, str] | None = None
) -> Iterator[list[Row]]:
    """The newest first, as far back as `since`."""
    query = {"limit": str(MOST), **(more or {})}
    while True:
        found = _get(key, path, query)
        rows, recent, following = _read(found, name, since)
        yield recent
        if not following or len(recent) < len(rows):
            return
        query["from"] = following


def _read(found: Row, name: str, since: datetime) -> tuple[list[Row], list[Row], str]:
    """The rows, those since then, and the id of the first one of the next page. Of its link the id alone is used: the
    key goes to no other address."""
    try:
        rows: list[Row] = found["_embedded"][name]
        recent = [each for each in rows if datetime.fromisoformat(each["createdAt"]) >= since]
        link = (found["_links"].get("next") or {}).get("href", "")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ProviderUnavailable from None
    return rows, recent, parse_qs(urlsplit(link).query).get("from", [""])[0]


def _get(key: str, path: str, query: Mapping[str, str]) -> Row:
    url = f"{settings.PROVIDER_URLS['mollie']}/v2/{path}"
    try:
        response = connections().get(
            url, params=dict(query), headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT_SECONDS
        )
        if response.status_code in (401, 403):
            raise KeysRefused
        found = read_json(response.content) if response.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise ProviderUnavailable from None
    if not isinstance(found, dict):
        raise ProviderUnavailable
    return found


def _whole[**P, T](read: Callable[P, T]) -> Callable[P, T]:
    """What is in another form than ours is no answer."""

    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
            raise ProviderUnavailable from None

    return reading


@_whole
def _payment(payment: Row, costs: Mapping[str, Decimal]) -> LedgerEntry:
    return _entry(
        PAYMENT,
        payment["id"],
        at=payment.get("paidAt") or payment["createdAt"],
        row=payment,
        sign=1,
        payment_id=payment["id"],
        fee=costs.get(payment["id"]),
        reference=_reference(payment),
    )


@_whole
def _refund(refund: Row, costs: Mapping[str, Decimal]) -> list[LedgerEntry]:
    """One that failed went, and came back."""
    name, at = refund["id"], refund["createdAt"]
    about = {"row": refund, "payment_id": refund["paymentId"], "refund_reference": _reference(refund)}
    went = _entry(REFUND, name, at=at, sign=-1, fee=costs.get(name), **about)
    return [went, _entry(REFUND, f"{name} {CAME_BACK}", at=at, sign=1, **about)] if _came_back(refund) else [went]


@_whole
def _chargeback(chargeback: Row, costs: Mapping[str, Decimal]) -> list[LedgerEntry]:
    name, about = chargeback["id"], {"row": chargeback, "payment_id": chargeback["paymentId"]}
    taken = _entry(DISPUTE, name, at=chargeback["createdAt"], sign=-1, fee=costs.get(name), **about)
    if not (at := chargeback.get("reversedAt")):
        return [taken]
    return [taken, _entry(DISPUTE, f"{name} reversed", at=at, sign=1, **about)]


@_whole
def _movement(moved: Row) -> LedgerEntry:
    """A fee that is not of one payment, or a correction."""
    amount = moved["resultAmount"]
    return LedgerEntry(
        kind=FEE if moved["type"] in FEES else OTHER,
        provider_id=moved["id"],
        at=datetime.fromisoformat(moved["createdAt"]),
        amount=Decimal(amount["value"]),
        currency=amount["currency"],
        payment_id=_about(moved).get("paymentId", ""),
    )


@_whole
def _cost(moved: Row) -> tuple[str, Decimal]:
    """What was kept of a payment, a refund or a chargeback, by its id."""
    about, kept = _about(moved), Decimal(moved["initialAmount"]["value"]) - Decimal(moved["resultAmount"]["value"])
    return about.get("chargebackId") or about.get("refundId") or about.get("paymentId", ""), kept


@_whole
def _settlement(settlement: Row) -> PayoutReport:
    settled_at, amount = settlement.get("settledAt"), settlement["amount"]
    months = [month for year in (settlement.get("periods") or {}).values() for month in year.values()]
    costs = [Decimal(cost["amountGross"]["value"]) for month in months for cost in month.get("costs") or ()]
    arrived: date | None = datetime.fromisoformat(settled_at).date() if settled_at else None
    return PayoutReport(
        provider_id=settlement["id"],
        amount=Decimal(amount["value"]),
        currency=amount["currency"],
        state=STATES.get(settlement["status"], PAYOUT_ANNOUNCED),
        arrives_on=arrived,
        fees=sum(costs, Decimal(0)) if months else None,
    )


def _entry(
    kind: str, provider_id: str, *, at: str, row: Row, sign: int, fee: Decimal | None = None, **names: str
) -> LedgerEntry:
    """In the currency of the account, where Mollie converted it."""
    paid, booked = row["amount"], row.get("settlementAmount") or row["amount"]
    is_converted = paid["currency"] != booked["currency"]
    return LedgerEntry(
        kind=kind,
        provider_id=provider_id,
        at=datetime.fromisoformat(at),
        amount=sign * abs(Decimal((booked if is_converted else paid)["value"])),
        currency=booked["currency"],
        fee=fee,
        paid=sign * Decimal(paid["value"]) if is_converted else None,
        paid_currency=paid["currency"] if is_converted else "",
        payout_id=row.get("settlementId") or "",
        transaction=names["payment_id"],
        **names,
    )


def _about(moved: Row) -> Row:
    """Flat, or below the name of the type."""
    context: Row = moved.get("context") or {}
    nested = context.get(moved["type"])
    return nested if isinstance(nested, Mapping) else context


def _came_back(refund: Row) -> bool:
    return bool(refund["status"] == CAME_BACK)


def _reference(row: Row) -> str:
    metadata = row.get("metadata")
    return str(metadata.get("reference", "")) if isinstance(metadata, Mapping) else ""
