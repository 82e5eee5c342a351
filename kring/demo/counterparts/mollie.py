"""The pretend Mollie: API v2 as far as Kring uses it, the payer's page, and the merchant's dashboard.

A payment belongs to the key it was made with. A second request with the same Idempotency-Key has the first one's
answer.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

from kring.demo.counterparts.mollie_books import hal, moment, now, unauthorised
from kring.demo.counterparts.mollie_mandates import Mandates, failure, failure_of
from kring.demo.counterparts.server import Answer, Request, Row, page, redirect, route

type Act = Callable[[], Answer]

METHODS = {"ideal": "iDEAL | Wero", "creditcard": "Card", "bancontact": "Bancontact"}
# What a payer, and then a bank, can do with a payment; the status it has afterwards.
ENDS = {"pay": "paid", "pay later": "pending", "decline": "failed", "cancel": "canceled", "expire": "expired"}
BUTTONS = {
    "pay": "Pay",
    "pay later": "Pay; the bank takes its time",
    "decline": "The bank declines",
    "cancel": "Cancel",
    "expire": "Let it expire",
    "pay, notify twice": "Pay, with two notices",
    "pay, notify first": "Pay, with the notice before the money",
    "pay, notify never": "Pay, without a notice",
    "pay a wrong amount": "Pay one cent less",
}
FINAL = {"paid", "canceled", "expired", "failed"}
NOTHING = Decimal(0)


class Mollie(Mandates):
    """`balance`: what can be refunded of it; None: enough. `methods`: what the account has switched on."""

    API = "/v2/"

    def __init__(self, port: int = 0, path: Path | None = None, *, is_live: bool = False) -> None:
        super().__init__(port, path, is_live=is_live)
        self.balance: Decimal | None = None
        self.methods = dict(METHODS)

    # The API

    @route("GET", "/v2/profiles/me")
    def profile(self, request: Request) -> Answer:
        mode = _mode(key) if (key := self.key_of(request)) else None
        profile = {
            "resource": "profile",
            "id": "pfl_pretend",
            "mode": mode,
            "name": "Pretend club",
            "website": "https://club.example",
            "email": "office@club.example",
            "phone": "+31201234567",
            "businessCategory": "OTHER_MERCHANDISE",
            "status": "verified",
            "createdAt": now(),
            "_links": self._links(),
        }
        return hal(profile) if mode else unauthorised()

    @route("GET", "/v2/methods")
    def list_methods(self, request: Request) -> Answer:
        if not self.key_of(request):
            return unauthorised()
        return _list("methods", [self._method(key, name) for key, name in self.methods.items()], self._links())

    @route("POST", "/v2/payments")
    def create(self, request: Request) -> Answer:
        key = self.key_of(request)
        if not key:
            return unauthorised()
        return self._once(request, lambda: self._created(key, request.json))

    @route("GET", r"/v2/payments/(tr_\w+)")
    def get(self, request: Request, name: str) -> Answer:
        return self._of(request, name, lambda payment: hal(self._shown(payment)))

    @route("DELETE", r"/v2/payments/(tr_\w+)")
    def cancel(self, request: Request, name: str) -> Answer:
        def cancel(payment: Row) -> Answer:
            if not payment["is_cancelable"] or payment["status"] in FINAL:
                return failure(422, "The payment cannot be canceled.")
            payment["status"] = "canceled"
            return hal(self._shown(payment))

        return self._of(request, name, cancel)

    @route("POST", r"/v2/payments/(tr_\w+)/refunds")
    def create_refund(self, request: Request, name: str) -> Answer:
        return self._of(request, name, lambda payment: self._once(request, lambda: self._refunded(payment, request)))

    @route("GET", r"/v2/payments/(tr_\w+)/refunds")
    def list_refunds(self, request: Request, name: str) -> Answer:
        return self._of(request, name, lambda found: _list("refunds", self._refunds(found), self._links()))

    @route("GET", r"/v2/payments/(tr_\w+)/chargebacks")
    def list_chargebacks(self, request: Request, name: str) -> Answer:
        return self._of(request, name, lambda found: _list("chargebacks", self._chargebacks(found), self._links()))

    @route("GET", r"/v2/customers/(cst_\w+)/payments")
    def list_customer_payments(self, request: Request, customer: str) -> Answer:
        if not self.is_customer_of(request, customer):
            return failure(404, f"No customer exists with token {customer}.")
        rows = [each for each in self.made_with(self.key_of(request)) if each.get("customerId") == customer]
        return self._page(request, "payments", [self._shown(each) for each in rows])

    # The payer's page

    @route("GET", r"/checkout/(tr_\w+)")
    def checkout(self, request: Request, name: str) -> Answer:
        payment = self.kind("payments").get(name)
        if payment is None:
            return page("Mollie", "There is no such payment.")
        if payment["status"] in FINAL:
            return redirect(payment["redirectUrl"])
        paragraphs = (payment["description"], f"{payment['amount']['value']} {payment['amount']['currency']}")
        return page("Mollie", *paragraphs, buttons=BUTTONS)

    @route("POST", r"/checkout/(tr_\w+)")
    def decide(self, request: Request, name: str) -> Answer:
        act = request.form.get("act", "")
        self.act(name, act)
        payment = self.kind("payments")[name]
        return redirect(payment["cancelUrl"] if act == "cancel" else payment["redirectUrl"])

    # The merchant's own site

    @route("GET", "/books")
    def books(self, request: Request) -> Answer:
        keys = sorted({each["key"] for each in self.kind("payments").values()})
        acts = {"settle": "pay out", "elsewhere": "25.00 of another shop"}
        buttons = {f"{act} {key}": f"…{key[-6:]}: {label}" for key in keys for act, label in acts.items()}
        return page("Mollie: balance", "" if buttons else "There is nothing yet.", buttons=buttons)

    @route("POST", "/books")
    def act_on_books(self, request: Request) -> Answer:
        act, key = request.form["act"].split()
        if act == "settle":
            self.settle(key)
        else:
            self.pay_elsewhere(key, "25.00")
        return redirect(request.path)

    @route("GET", "/dashboard")
    def dashboard(self, request: Request) -> Answer:
        buttons: dict[str, str] = {}
        for name, mandate in list(self.kind("mandates").items())[-10:]:
            if mandate["status"] == "valid":
                buttons[f"revoke {name}"] = f"{mandate['details']['consumerName']}, mandate: revoke"
        for name, payment in list(self.kind("payments").items())[-10:]:
            title = f"{payment['description']}, {payment['amount']['value']}, {payment['status']}"
            for act in self._acts_of(payment):
                buttons[f"{act} {name}"] = f"{title}: {act}"
        return page("Mollie: the dashboard", "What the merchant, or a bank, does here.", buttons=buttons)

    @route("POST", "/dashboard")
    def act_on_dashboard(self, request: Request) -> Answer:
        act, _space, name = request.form.get("act", "").rpartition(" ")
        if act == "revoke":
            self.kind("mandates")[name]["status"] = "invalid"
        else:
            self.act(name, act)
        return redirect("/dashboard")

    def act(self, name: str, act: str) -> None:
        """By a payer (`BUTTONS`), a merchant or a bank (`_acts_of`)."""
        payment = self.kind("payments")[name]
        if act in BUTTONS:
            self._by_payer(payment, act)
        elif act.startswith("refund"):
            self._add_refund(payment, Decimal(act.split()[1]), "")
            self._notify(payment)
        elif act.startswith("settle refunds"):
            for refund in payment["refunds"]:
                refund["status"] = "failed" if act.endswith("failed") else "refunded"
            self._notify(payment)
        elif act == "charge back":
            facts = {"amount": payment["amount"], "reversedAt": None, "createdAt": now()}
            payment["chargebacks"].append({"id": f"chb_{_new()}", **facts})
            self._notify(payment)
        elif act == "reverse the chargeback":
            payment["chargebacks"][-1]["reversedAt"] = now()
            self._notify(payment)
        elif act == "notify":
            self._notify(payment)

    # What it keeps

    def _by_payer(self, payment: Row, act: str) -> None:
        if payment["status"] in FINAL:
            return
        if act == "pay, notify first":
            self._notify(payment)
        if act == "pay a wrong amount":
            payment["amount"] = _amount(Decimal(payment["amount"]["value"]) - Decimal("0.01"), payment)
        payment["status"] = ENDS.get(act, "paid")
        payment["paidAt"] = now() if payment["status"] == "paid" else None
        payment["method"] = payment["method"] or next(iter(self.methods))
        payment["is_cancelable"] = payment["is_cancelable"] and payment["status"] == "open"
        for _notice in range({"pay, notify twice": 2, "pay, notify first": 0, "pay, notify never": 0}.get(act, 1)):
            self._notify(payment)

    def _acts_of(self, payment: Row) -> list[str]:
        if payment["status"] == "pending":
            return ["pay", "decline"]
        if payment["status"] != "paid":
            return ["notify"]
        back = ["reverse the chargeback"] if payment["chargebacks"] else ["charge back"]
        waiting = any(each["status"] == "pending" for each in payment["refunds"])
        settled = ["settle refunds", "settle refunds as failed"] if waiting else []
        left = _value(payment) - _refunded(payment)
        return [f"refund {left}", "refund 1.00", *settled, *back, "notify"] if left > 1 else [*settled, *back, "notify"]

    def _notify(self, payment: Row) -> None:
        body = urlencode({"id": payment["id"]}).encode()
        self.notify(payment["webhookUrl"], body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _of(self, request: Request, name: str, answer: Callable[[Row], Answer]) -> Answer:
        key, payment = self.key_of(request), self.kind("payments").get(name)
        if not key:
            return unauthorised()
        if payment is None or payment["key"] != key:
            return failure(404, f"No payment exists with token {name}.")
        return answer(payment)

    def _once(self, request: Request, act: Act) -> Answer:
        """The same key again has the answer it had; errors are not kept."""
        name = f"{request.path} {request.headers.get('idempotency-key', _new())}"
        kept = self.kind("answers")
        if name in kept:
            return hal(kept[name], 201)
        answer = act()
        if answer.status == 201:
            kept[name] = json.loads(answer.body)
        return answer

    def _created(self, key: str, wish: Row) -> Answer:
        amount = wish.get("amount", {})
        is_recurring = wish.get("sequenceType") == "recurring"
        if not re.fullmatch(r"\d+\.\d\d", str(amount.get("value"))) or not (wish.get("redirectUrl") or is_recurring):
            return failure(422, "The amount or the redirectUrl is missing.")
        if is_recurring and not self.can_charge(key, wish):
            return failure(422, "The customer has no valid mandate.")
        payment: Row = {
            **{name: wish.get(name) for name in ("amount", "description", "redirectUrl", "cancelUrl", "webhookUrl")},
            **{name: wish.get(name) for name in ("metadata", "locale", "method")},
            "id": f"tr_{_new()}",
            "key": key,
            "createdAt": now(),
            "status": "open",
            "is_cancelable": True,
            "refunds": [],
            "chargebacks": [],
        }
        if is_recurring:
            # It goes to the bank at once, without the payer.
            facts = {name: wish[name] for name in ("customerId", "mandateId", "sequenceType")}
            payment |= {"status": "pending", "method": "directdebit", **facts}
        self.kind("payments")[payment["id"]] = payment
        return hal(self._shown(payment), 201)

    def _refunded(self, payment: Row, request: Request) -> Answer:
        wish = request.json
        amount = Decimal(wish["amount"]["value"])
        if payment["status"] != "paid" or amount > _value(payment) - _refunded(payment):
            return failure(422, "The specified amount cannot be refunded.")
        if self.balance is not None and amount > self.balance:
            return failure(422, "The balance is not sufficient for this refund.")
        return hal(self._refund(payment, self._add_refund(payment, amount, wish.get("metadata"))), 201)

    def _add_refund(self, payment: Row, amount: Decimal, metadata: object) -> Row:
        facts = {"amount": _amount(amount, payment), "status": "pending", "metadata": metadata, "createdAt": now()}
        refund = {"id": f"re_{_new()}", **facts}
        payment["refunds"].append(refund)
        return refund

    # How it shows it

    def _shown(self, payment: Row) -> Row:
        shown = {
            **{name: payment[name] for name in ("id", "amount", "description", "status", "method", "metadata")},
            **{name: payment[name] for name in ("redirectUrl", "cancelUrl", "webhookUrl", "locale")},
            "resource": "payment",
            "mode": _mode(payment["key"]),
            "sequenceType": payment.get("sequenceType", "oneoff"),
            "profileId": "pfl_pretend",
            "createdAt": moment(payment),
            "isCancelable": payment["is_cancelable"],
            "_links": self._links() | {"checkout": self._link(f"/checkout/{payment['id']}")},
        }
        if payment.get("mandateId"):
            shown |= {name: payment[name] for name in ("customerId", "mandateId")}
            del shown["_links"]["checkout"]
        if payment["status"] == "failed":
            shown |= failure_of(payment)
        if payment["refunds"]:
            shown["_links"]["refunds"] = self._link("/refunds")
        if payment["status"] == "paid":
            shown["amountRefunded"] = _amount(_refunded(payment), payment)
        if payment["chargebacks"]:
            shown["_links"]["chargebacks"] = self._link("/chargebacks")
            held = [_value(each) for each in payment["chargebacks"] if not each["reversedAt"]]
            shown["amountChargedBack"] = _amount(sum(held, NOTHING), payment)
        return shown

    def _refund(self, payment: Row, refund: Row) -> Row:
        facts = {"resource": "refund", "mode": _mode(payment["key"]), "description": "", "paymentId": payment["id"]}
        more = {"createdAt": moment(refund), "_links": self._links() | {"payment": self._link("/payment")}}
        return {**facts, **refund, "metadata": refund["metadata"] or None, **more}

    def _refunds(self, payment: Row) -> list[Row]:
        return [self._refund(payment, each) for each in payment["refunds"]]

    def _chargebacks(self, payment: Row) -> list[Row]:
        links = self._links() | {"payment": self._link("/payment")}
        facts = {"resource": "chargeback", "paymentId": payment["id"], "createdAt": now(), "_links": links}
        reason = {
            "code": "MD06" if payment.get("mandateId") else "AC06",
            "description": "The account holder disputes it.",
        }
        return [{**facts, "reason": reason, **each} for each in payment["chargebacks"]]

    def _method(self, key: str, name: str) -> Row:
        image = dict.fromkeys(("size1x", "size2x", "svg"), f"{self.url}/{key}.svg")
        least, most = ({"value": value, "currency": "EUR"} for value in ("0.01", "50000.00"))
        facts = {"resource": "method", "id": key, "description": name, "image": image, "status": "activated"}
        return {**facts, "minimumAmount": least, "maximumAmount": most, "_links": self._links()}

    def _links(self) -> Row:
        return {name: self._link(f"/{name}") for name in ("self", "dashboard", "documentation")} | {
            "previous": None,
            "next": None,
        }

    def _link(self, path: str) -> dict[str, str]:
        return {"href": self.url + path, "type": "application/hal+json"}


def _new() -> str:
    return secrets.token_hex(5)


def _mode(key: str) -> str:
    return key[:4]


def _value(row: Row) -> Decimal:
    return Decimal(row["amount"]["value"])


def _amount(value: Decimal, like: Row) -> dict[str, str]:
    return {"value": f"{value:.2f}", "currency": like["amount"]["currency"]}


def _refunded(payment: Row) -> Decimal:
    kept = [each for each in payment["refunds"] if each["status"] not in ("failed", "canceled")]
    return sum(map(_value, kept), NOTHING)


def _list(name: str, rows: list[Row], links: Row) -> Answer:
    return hal({"count": len(rows), "_embedded": {name: rows}, "_links": links})
