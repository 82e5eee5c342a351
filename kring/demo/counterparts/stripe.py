"""The pretend Stripe: Checkout sessions, refunds, disputes and signed events; its payers' page and its dashboard.

A key is `sk_test_ACCOUNT`, with anything after another `_`; several keys of one account differ in that. Keys that
contain `revoked` are refused; restricted ones (`rk_…`) may not do what they name: `rk_test_vgbc_without_webhook`.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from pathlib import Path

from kring.demo.counterparts.server import Answer, Request, as_json, page, redirect, route
from kring.demo.counterparts.stripe_connect import Connect
from kring.demo.counterparts.stripe_wire import Row, expansions, failure, listed, missing, nested

KEY = re.compile(r"Bearer (?P<kind>sk|rk)_(?P<mode>test|live)_(?P<account>[A-Za-z0-9]+)(?P<more>_\w+)?")
BUTTONS = {
    "card": "Pay by card",
    "ideal": "Pay by iDEAL | Wero",
    "blik": "Pay by BLIK",
    "sepa_debit": "Pay by SEPA debit: the money comes days later",
    "decline": "Card: not enough money",
    "twice": "Pay by card, and notify twice",
    "reorder": "Pay by SEPA debit, and notify in the wrong order",
    "silent": "Pay by card, and notify nobody",
    "less": "Pay one cent too little",
    "back": "Go back without paying",
    "expire": "Let the time run out",
}
WAYS = ("card", "ideal", "bancontact", "blik", "sepa_debit")


class Stripe(Connect):
    API = "/v1/"

    def __init__(self, port: int = 0, path: Path | None = None, *, is_live: bool = False) -> None:
        super().__init__(port, path, is_live=is_live)
        # What refunds are at first, whether there is money for them, and a failure that is kept for its key.
        self.refund_status, self.is_broke, self.keeps_failure = "succeeded", False, False
        # So many requests come while the same one is still being answered; and a currency the account does not have.
        self.busy, self.refuses_currency = 0, ""
        self.may_not = ""

    def _routed(self, request: Request) -> Answer:
        if not request.path.startswith(self.API):
            return super()._routed(request)
        with self.lock:
            found = KEY.fullmatch(request.headers.get("authorization", ""))
            if not found or "revoked" in (found["more"] or ""):
                return failure(401, "invalid_request_error", "api_key_expired", "Invalid API Key provided")
            self.account, self.live = found["account"], found["mode"] == "live"
            self.may_not = (found["more"] or "").partition("_without_")[2] if found["kind"] == "rk" else ""
            if self.may_not and self.may_not in request.path:
                return failure(403, "invalid_request_error", "more_permissions_required", "This key may not do that")
            self.expire_due()
            if connected := request.headers.get("stripe-account", ""):
                if not self.is_connected_account(connected):
                    return failure(403, "invalid_request_error", "account_invalid", "No access to this account")
                self.account = connected.removeprefix("acct_")
            key = request.headers.get("idempotency-key", "")
            return self._once(request, key) if request.verb == "POST" else super()._routed(request)

    def _once(self, request: Request, key: str) -> Answer:
        """A key that comes again is answered as it was, also with a failure; but with that of a wrong request."""
        kept, name = self.kind("kept"), f"{self.account} {key}"
        wanted = f"{request.path} {request.body.decode()}"
        if name in kept:
            self.requests.append(request)
            if kept[name]["wanted"] != wanted:
                return failure(400, "idempotency_error", None, "Keys can only be used with the same parameters")
            answer = as_json(kept[name]["body"], kept[name]["status"])
            answer.headers["Idempotent-Replayed"] = "true"
            return answer
        if self.busy:
            self.busy -= 1
            return failure(409, "idempotency_error", "idempotency_key_in_use", "There is another request with this key")
        if self.keeps_failure:
            self.keeps_failure = False
            answer = failure(500, "api_error", None, "Something went wrong")
        else:
            answer = super()._routed(request)
        if answer.status < 400 or answer.status >= 500:
            kept[name] = {"wanted": wanted, "status": answer.status, "body": json.loads(answer.body)}
        return answer

    @route("GET", "/v1/account")
    def current_account(self, request: Request) -> Answer:
        name = self.account.capitalize()
        profile = {"business_profile": {"name": name}, "settings": {"dashboard": {"display_name": name}}}
        if row := self.kind("accounts").get(f"acct_{self.account}"):
            return as_json(self.shown(row))
        can = "new" not in self.account
        return as_json({"id": f"acct_{self.account}", "object": "account", "charges_enabled": can, **profile})

    @route("GET", "/v1/payment_method_configurations")
    def ways(self, request: Request) -> Answer:
        ways = {way: {"available": True, "display_preference": {"value": "on"}} for way in WAYS}
        return listed([{"id": "pmc_1", "active": True, "is_default": True, **ways}])

    @route("POST", "/v1/checkout/sessions")
    def create_session(self, request: Request) -> Answer:
        wanted = nested(request.body)
        if wanted["mode"] == "setup":
            return as_json(self.shown(self.set_up(wanted)))
        if wanted["mode"] == "subscription":
            return self.subscribe_session(wanted)
        now, ends = time.time(), int(wanted.get("expires_at") or time.time() + 86400)
        if not now + 30 * 60 <= ends + 1 <= now + 86400 + 1:
            return failure(
                400, "invalid_request_error", None, "expires_at must be 30 minutes to 24 hours", "expires_at"
            )
        prices = [line["price_data"] for line in wanted["line_items"].values()]
        if prices[0]["currency"] == self.refuses_currency:
            who = wanted["customer_email"]
            return failure(400, "invalid_request_error", None, f"Not in this currency, for {who}", "currency")
        facts = {
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "mode": wanted["mode"],
            "currency": prices[0]["currency"],
            "expires_at": ends,
            "amount_total": sum(int(price["unit_amount"]) for price in prices),
            **{name: wanted.get(name) for name in ("success_url", "cancel_url", "customer_email", "locale")},
            "client_reference_id": wanted.get("client_reference_id"),
            "metadata": wanted.get("metadata", {}),
            "_names": [price["product_data"]["name"] for price in prices],
            "_intent": wanted.get("payment_intent_data", {}),
            "_excluded": list(wanted.get("excluded_payment_method_types", {}).values()),
        }
        made = self.make("cs_live" if self.live else "cs_test", self.account, self.live, **facts)
        made["url"] = f"{self.url}/c/pay/{made['id']}"
        return as_json(self.shown(made))

    @route("GET", "/v1/checkout/sessions")
    def list_sessions(self, request: Request) -> Answer:
        return listed([self.shown(each) for each in self.of("sessions", _account=self.account)])

    @route("GET", r"/v1/checkout/sessions/(\w+)")
    def get_session(self, request: Request, id_: str) -> Answer:
        session = self.mine(id_)
        return as_json(self.shown(session, expansions(request))) if session else missing(id_)

    @route("POST", r"/v1/checkout/sessions/(\w+)/expire")
    def expire_session(self, request: Request, id_: str) -> Answer:
        session = self.mine(id_)
        if not session:
            return missing(id_)
        if session["status"] != "open":
            return failure(400, "invalid_request_error", None, "Only open sessions can be expired")
        self.expire(session)
        return as_json(self.shown(session))

    @route("POST", "/v1/refunds")
    def create_refund(self, request: Request) -> Answer:
        wanted = nested(request.body)
        charge = self._charge_of(wanted["payment_intent"])
        if charge is None:
            return missing(wanted["payment_intent"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = int(wanted.get("amount", left))
        if not left:
            return failure(400, "invalid_request_error", "charge_already_refunded", "Charge has already been refunded.")
        if amount > left:
            return failure(400, "invalid_request_error", None, f"Refund amount is greater than {left}", "amount")
        if self.is_broke:
            return failure(400, "invalid_request_error", "balance_insufficient", "Insufficient funds in your account.")
        return as_json(self.shown(self.refund(charge, amount, wanted.get("metadata", {}), self.refund_status)))

    @route("GET", "/v1/refunds")
    def list_refunds(self, request: Request) -> Answer:
        return self._of_intent("refunds", request)

    @route("GET", "/v1/disputes")
    def list_disputes(self, request: Request) -> Answer:
        return self._of_intent("disputes", request)

    @route("GET", "/v1/webhook_endpoints")
    def list_endpoints(self, request: Request) -> Answer:
        return listed([self.shown(each) for each in self._endpoints()])

    @route("POST", "/v1/webhook_endpoints")
    def create_endpoint(self, request: Request) -> Answer:
        wanted, secret = nested(request.body), f"whsec_{secrets.token_hex(16)}"
        connect = {"_connect": wanted.get("connect") == "true"}
        facts: Row = {
            "url": wanted["url"],
            "enabled_events": list(wanted["enabled_events"].values()),
            "status": "enabled",
        }
        made = self.make("we", self.account, self.live, object="webhook_endpoint", **facts, **connect, _secret=secret)
        return as_json({**self.shown(made), "secret": secret})

    @route("POST", r"/v1/webhook_endpoints/(\w+)")
    def update_endpoint(self, request: Request, id_: str) -> Answer:
        found, wanted = self.mine(id_), nested(request.body)
        if not found:
            return missing(id_)
        found["enabled_events"] = list(wanted["enabled_events"].values())
        return as_json(self.shown(found))

    @route("DELETE", r"/v1/webhook_endpoints/(\w+)")
    def delete_endpoint(self, request: Request, id_: str) -> Answer:
        if not self.mine(id_):
            return missing(id_)
        del self.kind("endpoints")[id_]
        return as_json({"id": id_, "object": "webhook_endpoint", "deleted": True})

    @route("GET", r"/c/pay/(\w+)")
    def payers_page(self, request: Request, id_: str) -> Answer:
        self.expire_due()
        session = self.kind("sessions")[id_]
        amount = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
        if session["status"] != "open":
            return page("This page has ended", "The payment was made, or its time has run out.")
        trouble = "Your card was declined: not enough money. Try again." if session["payment_intent"] else ""
        offered = {act: label for act, label in BUTTONS.items() if act not in session["_excluded"]}
        return page(f"Pay {amount}", *session["_names"], session["customer_email"] or "", trouble, buttons=offered)

    @route("POST", r"/c/pay/(\w+)")
    def payer_acts(self, request: Request, id_: str) -> Answer:
        session, act = self.kind("sessions")[id_], request.form["act"]
        if session["status"] != "open":
            return redirect(request.path)
        return redirect(self.act(session, act) or request.path)

    def act(self, session: Row, act: str) -> str:
        """What the payer does, as a button; where they go then, or "" to stay."""
        match act:
            case "back":
                return str(session["cancel_url"])
            case "decline":
                self.decline(session, "insufficient_funds")
                return ""
            case "expire":
                self.expire(session)
                return ""
            case "sepa_debit":
                self.pay_later(session)
            case "twice":
                self.send(self.pay(session, "card"))
            case "reorder":
                early = self.pay_later(session, tell=False)
                self.arrive(session)
                self.send(early)
            case "silent":
                self.pay(session, "card", tell=False)
            case "less":
                self.pay(session, "card", less=1)
            case way:
                self.pay(session, way)
        return str(session["success_url"])

    @route("GET", "/dashboard")
    def dashboard(self, request: Request) -> Answer:
        named = {each["payment_intent"]: each["_names"][0] for each in self.of("sessions") if each["payment_intent"]}
        intents = [each for each in self.of("intents") if each["id"] in named or "_name" in each]
        buttons = {each["id"]: f"{each['_account']}: {self._title(each, named)}" for each in intents}
        mandates = self.of("mandates", status="active")
        buttons |= {each["id"]: f"{each['_account']}: revoke the mandate …{each['id'][-6:]}" for each in mandates}
        return page("Stripe: payments", "" if buttons else "There are none yet.", buttons=buttons)

    def _title(self, intent: Row, named: dict[str, str]) -> str:
        return f"{named.get(intent['id']) or intent['_name']}, {intent['amount'] / 100:.2f}"

    @route("POST", "/dashboard")
    def choose(self, request: Request) -> Answer:
        if (mandate := self.kind("mandates").get(request.form["act"])) is not None:
            self.revoke(mandate)
            return redirect(request.path)
        return redirect(f"/dashboard/{request.form['act']}")

    @route("GET", r"/dashboard/(pi_\w+)")
    def payment(self, request: Request, id_: str) -> Answer:
        session, charge = self._of_payment(id_)
        refunds, disputes = self.of("refunds", payment_intent=id_), self.of("disputes", payment_intent=id_)
        lines = [f"{charge['payment_method_details']['type']}: {charge['status']}"]
        lines += [f"{each['object']} of {each['amount'] / 100:.2f}: {each['status']}" for each in [*refunds, *disputes]]
        return page(session["_names"][0] if session else "", *lines, buttons=self._acts(charge, refunds, disputes))

    @route("POST", r"/dashboard/(pi_\w+)")
    def merchant_acts(self, request: Request, id_: str) -> Answer:
        session, charge = self._of_payment(id_)
        act, _space, about = request.form["act"].partition(" ")
        left, row = charge["amount"] - charge["amount_refunded"], self.find(about) or {}
        match act:
            case "arrive" if session:
                self.arrive(session)
            case "bounce" if session:
                self.bounce(session, "insufficient_funds")
            case "arrive":
                self.arrive_without_payer(self.kind("intents")[id_])
            case "bounce":
                self.bounce_without_payer(self.kind("intents")[id_], "insufficient_funds")
            case "refund":
                self.refund(charge, left, {}, "succeeded")
            case "part":
                self.refund(charge, left // 2, {}, "pending")
            case "dispute":
                self.dispute(charge)
            case "succeeded" | "failed":
                self.end_refund(row, act)
            case "won" | "lost":
                self.end_dispute(row, act)
            case "again" | "reverse":
                about_it = [
                    event
                    for event in reversed(self.of("events"))
                    if event["data"]["object"].get("payment_intent", id_) == id_
                    and event["data"]["object"]["id"] in (session["id"] if session else id_, charge["id"])
                ]
                for event in reversed(about_it) if act == "reverse" else about_it:
                    self.send(event)
        return redirect(request.path)

    def _acts(self, charge: Row, refunds: list[Row], disputes: list[Row]) -> dict[str, str]:
        acts: dict[str, str] = {}
        if charge["status"] == "pending":
            acts |= {"arrive": "Let the money arrive", "bounce": "Let the money fail"}
        if charge["status"] == "succeeded" and not charge["refunded"]:
            acts |= {"refund": "Refund all", "part": "Refund half (pending)", "dispute": "Dispute, as the payer's bank"}
        for each in refunds:
            if each["status"] == "pending":
                acts |= {f"succeeded {each['id']}": "Finish the refund", f"failed {each['id']}": "Fail the refund"}
        for each in disputes:
            if each["status"] == "needs_response":
                acts |= {f"won {each['id']}": "The merchant wins", f"lost {each['id']}": "The merchant loses"}
        return acts | {"again": "Send all notices again", "reverse": "Send them in the wrong order"}

    def _of_payment(self, intent: str) -> tuple[Row | None, Row]:
        """Without a session where it was charged without the payer."""
        session = next(iter(self.of("sessions", payment_intent=intent)), None)
        return session, self.kind("charges")[self.kind("intents")[intent]["latest_charge"]]

    def _charge_of(self, intent: str) -> Row | None:
        row = self.mine(intent)
        return self.kind("charges")[row["latest_charge"]] if row and row["status"] == "succeeded" else None

    def _endpoints(self) -> list[Row]:
        return self.of("endpoints", _account=self.account, livemode=self.live)

    def _of_intent(self, kind: str, request: Request) -> Answer:
        rows = self.of(kind, payment_intent=request.query.get("payment_intent"), _account=self.account)
        return listed([self.shown(each) for each in rows])
