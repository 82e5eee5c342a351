"""The pretend Przelewy24: REST API version 1 as far as Kring uses it, the payer's page, and the merchant's panel.

It checks every sign, and hands no money over before it was verified. Without that it repeats its notice.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from urllib.parse import unquote

from kring.demo.counterparts.przelewy24_books import (
    CRC,
    MADE,
    MERCHANT,
    NONE,
    POS,
    REPORT_KEY,
    Books,
    error,
    left,
    now,
    unauthorised,
)
from kring.demo.counterparts.server import Answer, Request, Row, as_json, page, redirect, route

__all__ = ["CRC", "MERCHANT", "POS", "REPORT_KEY", "Przelewy24"]

ADVANCE, RETURNED = 1, 3
BUTTONS = {
    "pay": "Pay",
    "pay later": "Order a transfer; it takes its time",
    "decline": "The bank declines",
    "cancel": "Cancel",
    "pay, notify twice": "Pay, with two notices",
    "pay, notify never": "Pay, without a notice",
    "pay a wrong amount": "Pay one grosz less",
    "pay a wrong origin amount": "Pay, with another original amount",
    "expire": "Let it expire",
}
METHOD = 154
# Above what 32 bits hold.
FIRST_ORDER = 4_294_967_297


class Przelewy24(Books):
    API = "/api/v1/"

    # The API

    @route("GET", "/api/v1/testAccess")
    def test_access(self, request: Request) -> Answer:
        return as_json({"data": True, "error": ""}) if self.may(request) else unauthorised()

    @route("POST", "/api/v1/transaction/register")
    def register(self, request: Request) -> Answer:
        if not self.may(request):
            return unauthorised()
        wish = request.json
        signed = _sign(wish, "sessionId", "merchantId", "amount", "currency")
        if wish.get("sign") != signed or not isinstance(wish["amount"], int) or not wish.get("email"):
            return error(400, "Incorrect CRC value or missing field")
        kept = self.kind("transactions")
        found = kept.get(wish["sessionId"])
        if found and (found["amount"], found["currency"]) != (wish["amount"], wish["currency"]):
            return error(400, "Session was used with other data")
        if not found:
            number = FIRST_ORDER + len(kept)
            facts = {"token": secrets.token_hex(20).upper(), "orderId": number, "status": NONE, "refunds": []}
            found = kept[wish["sessionId"]] = {**wish, **facts, "is_closed": False}
        return as_json({"data": {"token": found["token"]}, "responseCode": 0})

    @route("PUT", "/api/v1/transaction/verify")
    def verify(self, request: Request) -> Answer:
        if not self.may(request):
            return unauthorised()
        wish, found = request.json, self.kind("transactions").get(request.json.get("sessionId"))
        if not found or wish["sign"] != _sign(wish, "sessionId", "orderId", "amount", "currency"):
            return error(400, "Incorrect CRC value")
        if (wish["orderId"], wish["amount"], wish["currency"]) != (
            found["orderId"],
            found["amount"],
            found["currency"],
        ):
            return error(400, "Incorrect amount")
        if found["status"] == NONE:
            return error(400, "Transaction is not paid")
        found["status"] = max(found["status"], MADE)
        return as_json({"data": {"status": "success"}, "responseCode": 0})

    @route("GET", "/api/v1/transaction/by/sessionId/(.+)")
    def by_session(self, request: Request, session: str) -> Answer:
        if not self.may(request):
            return unauthorised()
        found = self.kind("transactions").get(unquote(session))
        if not found or not found.get("is_started"):
            return error(404, "Transaction not found")
        facts = {name: found[name] for name in ("orderId", "sessionId", "status", "amount", "currency", "description")}
        return as_json({"data": {**facts, "paymentMethod": METHOD, "statement": _statement(found)}, "responseCode": 0})

    @route("POST", "/api/v1/transaction/refund")
    def refund(self, request: Request) -> Answer:
        if not self.may(request):
            return unauthorised()
        wish = request.json
        if len(wish["requestId"]) > 45 or len(wish["refundsUuid"]) > 35:
            return error(400, "Invalid input data")
        asked = wish["refunds"][0]
        found = self.kind("transactions").get(asked["sessionId"])
        if not found or found["orderId"] != asked["orderId"] or found["status"] != MADE:
            return error(400, "Transaction not found")
        if any(each["requestId"] == wish["requestId"] for each in found["refunds"]):
            return _refused(asked, "Refund with this request id already exists")
        if asked["amount"] > left(found):
            return _refused(asked, "The amount of refund exceeds available amount for the transaction")
        found["refunds"].append(_new_refund(asked["amount"], wish["requestId"], wish["refundsUuid"], wish["urlStatus"]))
        return as_json({"data": [{**asked, "status": True, "message": "success"}], "responseCode": 0}, 201)

    @route("GET", r"/api/v1/refund/by/orderId/(\d+)")
    def refunds(self, request: Request, order_id: str) -> Answer:
        if not self.may(request):
            return unauthorised()
        for found in self.kind("transactions").values():
            if found["orderId"] == int(order_id) and found["refunds"]:
                facts = {name: found[name] for name in ("orderId", "sessionId", "amount", "currency")}
                return as_json({"data": {**facts, "refunds": found["refunds"]}, "responseCode": 0})
        return error(404, "Refund not found")

    # The payer's page

    @route("GET", r"/trnRequest/(\w+)")
    def checkout(self, request: Request, token: str) -> Answer:
        found = self._with_token(token)
        if found is None or found["is_closed"]:
            return page("Przelewy24", "The time for this payment has run out.")
        if found["status"] != NONE:
            return redirect(found["urlReturn"])
        return page("Przelewy24", found["description"], f"{found['amount'] / 100:.2f} PLN", buttons=BUTTONS)

    @route("POST", r"/trnRequest/(\w+)")
    def decide(self, request: Request, token: str) -> Answer:
        found = self._with_token(token)
        if found is None:
            return error(404, "There is no such payment.")
        self.act(found["sessionId"], request.form.get("act", ""))
        return redirect(found["urlReturn"])

    # The merchant's panel

    @route("GET", "/panel")
    def panel(self, request: Request) -> Answer:
        buttons = {}
        for session, found in list(self.kind("transactions").items())[-10:]:
            state = ("not paid", "paid, not verified", "paid", "returned")[found["status"]]
            for act in self._acts_of(found):
                buttons[f"{act} {session}"] = f"{found['description']}, {found['amount'] / 100:.2f}, {state}: {act}"
        return page("Przelewy24: the panel", "What the merchant, or a bank, does here.", buttons=buttons)

    @route("POST", "/panel")
    def act_on_panel(self, request: Request) -> Answer:
        act, _space, session = request.form.get("act", "").rpartition(" ")
        self.act(session, act)
        return redirect("/panel")

    def act(self, session: str, act: str) -> None:
        """By a payer (`BUTTONS`), a merchant or a bank (`_acts_of`)."""
        found = self.kind("transactions")[session]
        if act in ("decline", "cancel", "pay later", "expire"):
            found["is_started"], found["is_closed"] = act != "cancel", act == "expire"
        elif act == "the transfer arrives":
            self._pay(found, "pay")
        elif act in BUTTONS:
            self._pay(found, act)
        elif act.startswith("refund"):
            found["refunds"].append(_new_refund(int(act.split()[1]), "", "", ""))
        elif act.startswith("settle refunds"):
            self._settle(found, is_rejected=act.endswith("rejected"))
        elif act == "return the money":
            found["status"] = RETURNED
        elif act == "notify":
            self._notify(found)

    def _acts_of(self, found: Row) -> list[str]:
        if found["status"] == NONE:
            return ["the transfer arrives"]
        waiting = [act for act in ("settle refunds", "settle refunds rejected") if found["refunds"]]
        back = [f"refund {left(found)}"] if found["status"] == MADE and left(found) else []
        return [*back, *waiting, "return the money", "notify"]

    def _pay(self, found: Row, act: str) -> None:
        if found["status"] != NONE:
            return
        found["amount"] -= act == "pay a wrong amount"
        found["status"], found["is_started"], found["paid_at"] = ADVANCE, True, now()
        origin = found["amount"] - (act == "pay a wrong origin amount")
        for _notice in range({"pay, notify twice": 2, "pay, notify never": 0}.get(act, 1)):
            self._notify(found, origin)

    def _notify(self, found: Row, origin: int | None = None) -> None:
        notice = {
            "merchantId": found["merchantId"],
            "posId": found["posId"],
            "sessionId": found["sessionId"],
            "amount": found["amount"],
            "originAmount": found["amount"] if origin is None else origin,
            "currency": found["currency"],
            "orderId": found["orderId"],
            "methodId": METHOD,
            "statement": _statement(found),
        }
        self._send(found["urlStatus"], notice, *notice)

    def _settle(self, found: Row, *, is_rejected: bool) -> None:
        for refund in found["refunds"]:
            refund["status"], refund["dateOut"] = 4 if is_rejected else 1, now()
            if not refund["urlStatus"]:
                continue
            notice = {name: found[name] for name in ("orderId", "sessionId", "merchantId", "currency")}
            facts = {name: refund[name] for name in ("requestId", "refundsUuid", "amount")}
            notice |= {**facts, "status": int(is_rejected), "timestamp": 1}
            signed = ("orderId", "sessionId", "refundsUuid", "merchantId", "amount", "currency", "status")
            self._send(refund["urlStatus"], notice, *signed)

    def _send(self, url: str, notice: Row, *signed: str) -> None:
        body = json.dumps({**notice, "sign": _sign(notice, *signed)}).encode()
        self.notify(url, body, {"Content-Type": "application/json"})

    def _with_token(self, token: str) -> Row | None:
        return next((each for each in self.kind("transactions").values() if each["token"] == token), None)


def _sign(fields: Row, *names: str) -> str:
    """As its documentation writes it, piece by piece."""
    pairs = [f'"{name}":{json.dumps(fields[name], ensure_ascii=False)}' for name in names]
    return hashlib.sha384(("{" + ",".join([*pairs, f'"crc":"{CRC}"']) + "}").encode()).hexdigest()


def _statement(found: Row) -> str:
    return f"p24-Zażółć/{found['orderId']} gęślą jaźń"


def _new_refund(amount: int, request_id: str, uuid: str, url: str) -> Row:
    ids = {"batchId": secrets.randbelow(10**9), "requestId": request_id, "refundsUuid": uuid, "urlStatus": url}
    return {
        **ids,
        "date": "202611291200",
        "dateIn": now(),
        "login": "api",
        "description": "",
        "status": 2,
        "amount": amount,
    }


def _refused(asked: Row, message: str) -> Answer:
    return as_json({"error": [{**asked, "status": False, "message": message}], "code": 409}, 409)
