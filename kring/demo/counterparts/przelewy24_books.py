"""The books of the pretend Przelewy24: its report of transactions, refunds and payouts."""

from __future__ import annotations

import zlib
from base64 import b64decode
from binascii import Error
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kring.demo.counterparts.server import Answer, Counterpart, Request, Row, as_json, page, redirect, route

MERCHANT, POS, CRC, REPORT_KEY = 12345, 54321, "0123456789abcdef", "report-key-of-the-pretend-shop"
NONE, MADE = 0, 2
MOST_DAYS = 31


class Books(Counterpart):
    """`page_size`: so many rows on one page. `is_report_open`: the key may read the report."""

    page_size = 100
    is_report_open = True

    def __init__(self, port: int = 0, path: Path | None = None, *, is_live: bool = False) -> None:
        super().__init__(port, path, is_live=is_live)
        self.report_key = REPORT_KEY

    @route("GET", "/api/v1/report/history")
    def history(self, request: Request) -> Answer:
        since, until = (request.query.get(name, "") for name in ("dateFrom", "dateTo"))
        return self._history(request, since, until, 0)

    @route("GET", r"/api/v1/report/history/(\d{8})-(\d{8})-(\d+)")
    def more_history(self, request: Request, since: str, until: str, first: str) -> Answer:
        return self._history(request, since, until, int(first))

    def _history(self, request: Request, since: str, until: str, first: int) -> Answer:
        if not self.may(request):
            return unauthorised()
        if not self.is_report_open:
            return error(403, "Forbidden")
        days = (datetime.strptime(until, "%Y%m%d") - datetime.strptime(since, "%Y%m%d")).days  # noqa: DTZ007
        if not 0 <= days < MOST_DAYS:
            return error(400, "Max period length is 31 days")
        all_rows = [*self._transactions(), *self._refunds(), *self.kind("batches").values()]
        rows = [each for each in all_rows if since <= _day(each) <= until]
        shown = rows[first : first + self.page_size]
        facts = {"recordsOnPage": len(shown), "recordsAll": len(rows), "pageCount": -(-len(rows) // self.page_size)}
        token = f"{since}-{until}-{first + self.page_size}"
        return as_json({"data": shown, "token": token, "responseCode": 0, "pageInformation": facts})

    @route("GET", "/books")
    def books(self, request: Request) -> Answer:
        buttons = {"pay out": "Pay out", "elsewhere": "25.00 of another shop"}
        return page("Przelewy24: balance", buttons=buttons)

    @route("POST", "/books")
    def act_on_books(self, request: Request) -> Answer:
        if request.form["act"] == "pay out":
            self.pay_out()
        else:
            self.pay_elsewhere(2500)
        return redirect(request.path)

    def pay_out(self) -> Row:
        waiting = [each for each in self.kind("transactions").values() if each["status"] == MADE]
        waiting = [each for each in waiting if not each.get("is_paid_out")]
        commission = sum(map(_fee, waiting))
        for each in waiting:
            each["is_paid_out"] = True
        number = len(self.kind("batches")) + 1
        details = {"batchId": number, "dateIn": now(), "dateOut": now(), "commision": commission, "charge": 0}
        amount = sum(each["amount"] for each in waiting) - commission
        made = {"type": "batch", "amount": amount, "currency": "PLN", "details": {**details, "refund": 0}}
        self.kind("batches")[str(number)] = made
        return made

    def pay_elsewhere(self, amount: int) -> Row:
        """By another shop of the merchant's."""
        kept = self.kind("transactions")
        facts = {"token": "", "orderId": 9_000_000_000 + len(kept), "status": MADE, "refunds": [], "is_started": True}
        session = f"shop-{len(kept)}"
        more = {"currency": "PLN", "description": "Mugs", "paid_at": now(), "is_closed": True, "urlReturn": "/"}
        kept[session] = {"sessionId": session, "amount": amount, **facts, **more}
        return kept[session]

    def may(self, request: Request) -> bool:
        try:
            given = b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        except (Error, ValueError):
            return False
        return given == f"{POS}:{self.report_key}"

    def _transactions(self) -> list[Row]:
        paid = [each for each in self.kind("transactions").values() if each["status"] != NONE and each.get("paid_at")]
        return [
            {
                "type": "transaction",
                "amount": each["amount"],
                "currency": each["currency"],
                "details": {
                    **{name: each[name] for name in ("orderId", "sessionId", "status")},
                    "settledAmount": each["amount"] - _fee(each),
                    "fee": _fee(each),
                    "date": each["paid_at"],
                    "dateOfTransaction": each["paid_at"],
                },
            }
            for each in paid
        ]

    def _refunds(self) -> list[Row]:
        found = [(each, one) for each in self.kind("transactions").values() for one in each["refunds"]]
        return [
            {
                "type": "refund",
                "amount": refund["amount"],
                "currency": each["currency"],
                "details": {
                    "refundId": zlib.crc32(f"{each['orderId']} {refund['batchId']}".encode()),
                    "orderId": each["orderId"],
                    "requestId": refund["requestId"],
                    "dateIn": refund["dateIn"],
                    "dateOut": refund.get("dateOut", ""),
                    "status": refund["status"],
                },
            }
            for each, refund in found
        ]


def left(found: Row) -> int:
    amount: int = found["amount"]
    return amount - sum(each["amount"] for each in found["refunds"] if each["status"] != 4)


def now() -> str:
    return datetime.now(ZoneInfo("Europe/Warsaw")).strftime("%Y-%m-%d %H:%M:%S")


def error(status: int, text: str) -> Answer:
    return as_json({"error": text, "code": status}, status)


def unauthorised() -> Answer:
    return error(401, "Incorrect authentication")


def _fee(found: Row) -> int:
    """1.2 %."""
    amount: int = found["amount"]
    return amount * 12 // 1000


def _day(row: Row) -> str:
    details = row["details"]
    return str(details.get("dateOfTransaction") or details["dateIn"])[:10].replace("-", "")
