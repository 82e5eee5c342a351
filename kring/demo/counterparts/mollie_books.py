"""The books of the pretend Mollie: what merchants list of payments, refunds, chargebacks, balance and settlements.

An access token is `access_` and the key it is for: it sees the books of that key's payments. In test mode there are no
settlements.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from kring.demo.counterparts.server import Answer, Counterpart, Request, Row, route

KEY = re.compile(r"(test|live)_[A-Za-z0-9]{30,}")
FEE = Decimal("0.32")
EARLIER = "2026-11-29T12:00:00+00:00"


class Books(Counterpart):
    """`page_size`: no page has more, whatever is asked for. `keeps_fees`: at once, of each payment."""

    page_size = 250
    keeps_fees = True

    def __init__(self, port: int = 0, path: Path | None = None, *, is_live: bool = False) -> None:
        super().__init__(port, path, is_live=is_live)
        self.revoked: set[str] = set()

    def key_of(self, request: Request) -> str:
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        return key if KEY.fullmatch(key) and key not in self.revoked else ""

    @route("GET", "/v2/payments")
    def list_payments(self, request: Request) -> Answer:
        key = self.key_of(request)
        return self._page(request, "payments", list(map(_shown, self.made_with(key)))) if key else unauthorised()

    @route("GET", "/v2/refunds")
    def list_all_refunds(self, request: Request) -> Answer:
        key = self.key_of(request)
        return self._page(request, "refunds", list(self._parts(key, "refunds"))) if key else unauthorised()

    @route("GET", "/v2/chargebacks")
    def list_all_chargebacks(self, request: Request) -> Answer:
        key = self.key_of(request)
        return self._page(request, "chargebacks", list(self._parts(key, "chargebacks"))) if key else unauthorised()

    @route("GET", "/v2/settlements")
    def list_settlements(self, request: Request) -> Answer:
        if not (key := self._of_token(request)):
            return unauthorised()
        rows = [each for each in self.kind("settlements").values() if each["_key"] == key]
        return self._page(request, "settlements", [public(each) for each in rows])

    @route("GET", "/v2/balances/primary/transactions")
    def list_movements(self, request: Request) -> Answer:
        if not (key := self._of_token(request)):
            return unauthorised()
        is_test = request.query.get("testmode") == "true"
        paid = [each for each in self.made_with(key) if each["status"] == "paid" and is_test == key.startswith("test")]
        return self._page(request, "balance_transactions", [_movement(each) for each in paid if self.keeps_fees])

    def settle(self, key: str) -> Row:
        """What was paid goes to the bank, less what it costs."""
        waiting = [each for each in self.made_with(key) if each["status"] == "paid" and not each.get("settlementId")]
        costs = FEE * len(waiting)
        amount = sum((Decimal(each["amount"]["value"]) for each in waiting), Decimal(0)) - costs
        name: str = f"stl_{secrets.token_hex(5)}"
        for each in waiting:
            each["settlementId"] = name
        cost = {"description": "iDEAL", "count": len(waiting), "amountGross": _euro(costs)}
        month = {"revenue": [], "costs": [cost]}
        facts = {"status": "paidout", "amount": _euro(amount), "createdAt": now(), "settledAt": now()}
        made: Row = {"resource": "settlement", "id": name, **facts, "periods": {"2026": {"11": month}}, "_key": key}
        self.kind("settlements")[name] = made
        return made

    def pay_elsewhere(self, key: str, amount: str) -> Row:
        """By another shop of the merchant's."""
        facts = {"amount": {"value": amount, "currency": "EUR"}, "description": "Mugs", "metadata": None, "key": key}
        times = {"createdAt": now(), "paidAt": now(), "method": "ideal", "webhookUrl": "", "redirectUrl": "/"}
        more = {"is_cancelable": False, "refunds": [], "chargebacks": [], "cancelUrl": None, "locale": None}
        made: Row = {"id": f"tr_{secrets.token_hex(5)}", "status": "paid", **facts, **times, **more}
        self.kind("payments")[made["id"]] = made
        return made

    def made_with(self, key: str) -> list[Row]:
        """The newest first."""
        return [each for each in reversed(list(self.kind("payments").values())) if each["key"] == key]

    def _of_token(self, request: Request) -> str:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        key = token.removeprefix("access_")
        return key if token != key and KEY.fullmatch(key) and token not in self.revoked else ""

    def _parts(self, key: str, name: str) -> Iterator[Row]:
        for payment in self.made_with(key):
            for each in reversed(payment[name]):
                yield {**each, "resource": name[:-1], "paymentId": payment["id"], "createdAt": moment(each)}

    def _page(self, request: Request, name: str, rows: list[Row]) -> Answer:
        size = min(int(request.query.get("limit", 50)), self.page_size)
        names = [each["id"] for each in rows]
        first = names.index(request.query["from"]) if request.query.get("from") in names else 0
        following = rows[first + size]["id"] if len(rows) > first + size else ""
        link = {"href": f"{self.url}{request.path}?from={following}&limit={size}", "type": "application/hal+json"}
        shown = rows[first : first + size]
        here = {**link, "href": self.url + request.path}
        links = {"self": here, "documentation": here, "next": link if following else None, "previous": None}
        return hal({"count": len(shown), "_embedded": {name: shown}, "_links": links})


def hal(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/hal+json"})


def unauthorised() -> Answer:
    link = {"documentation": {"href": "https://docs.mollie.com", "type": "text/html"}}
    detail = "Missing authentication, or failed to authenticate"
    return hal({"status": 401, "title": "Error", "detail": detail, "_links": link}, 401)


def now() -> str:
    return datetime.now(UTC).isoformat()


def moment(row: Row) -> str:
    """When it was made; those of before this was kept have one for all."""
    made: str = row.get("createdAt", EARLIER)
    return made


def _shown(payment: Row) -> Row:
    names = ("id", "amount", "description", "status", "method", "metadata")
    facts = {name: payment[name] for name in names} | {"resource": "payment", "createdAt": moment(payment)}
    return facts | {"paidAt": payment.get("paidAt"), "settlementId": payment.get("settlementId")}


def _movement(payment: Row) -> Row:
    amount = Decimal(payment["amount"]["value"])
    facts = {"id": f"baltr_{payment['id']}", "type": "payment", "createdAt": moment(payment)}
    money = {"initialAmount": _euro(amount), "resultAmount": _euro(amount - FEE), "deductions": _euro(-FEE)}
    return {"resource": "balance-transaction", **facts, **money, "context": {"paymentId": payment["id"]}}


def _euro(amount: Decimal) -> Row:
    return {"value": f"{amount:.2f}", "currency": "EUR"}


def public(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}
