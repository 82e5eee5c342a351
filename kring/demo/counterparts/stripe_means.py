"""What payers of the pretend Stripe keep for later: SEPA mandates, and charges without the payer."""

from __future__ import annotations

import secrets

from kring.demo.counterparts.server import Answer, Request, as_json, page, redirect, route
from kring.demo.counterparts.stripe_books import Books
from kring.demo.counterparts.stripe_ledger import declined
from kring.demo.counterparts.stripe_wire import Row, expansions, failure, listed, missing, nested

SET_UP_BUTTONS = {
    "sepa_debit": "Give a mandate for NL … 4300",
    "silent": "Give it, and notify nobody",
    "back": "Go back without giving it",
    "expire": "Let the time run out",
}
NO_MANDATE = "payment_method_mandate_inactive"


class Means(Books):
    @route("POST", "/v1/customers")
    def create_customer(self, request: Request) -> Answer:
        wanted = nested(request.body)
        facts = {name: wanted.get(name) for name in ("name", "email", "metadata")}
        return as_json(self.shown(self.make("cus", self.account, self.live, object="customer", **facts)))

    def set_up(self, wanted: Row) -> Row:
        """A session for a mandate: nothing is paid."""
        facts = {name: wanted.get(name) for name in ("success_url", "cancel_url", "customer", "currency", "locale")}
        intent = self.make("seti", self.account, self.live, object="setup_intent", status="requires_payment_method")
        intent |= {"payment_method": None, "mandate": None, "metadata": wanted.get("metadata", {})}
        made = self.make(
            "cs_live" if self.live else "cs_test", self.account, self.live, object="checkout.session", **facts
        )
        made |= {"mode": "setup", "status": "open", "payment_status": "no_payment_required", "amount_total": None}
        made |= {"payment_intent": None, "setup_intent": intent["id"], "metadata": wanted.get("metadata", {})}
        made |= {"expires_at": made["created"] + 86400, "client_reference_id": wanted.get("client_reference_id")}
        made["url"] = f"{self.url}/c/setup/{made['id']}"
        return made

    @route("GET", r"/c/setup/(\w+)")
    def set_up_page(self, request: Request, id_: str) -> Answer:
        session = self.kind("sessions")[id_]
        if session["status"] != "open":
            return page("This page has ended", "The mandate was given, or the time has run out.")
        customer = self.kind("customers")[session["customer"]]
        return page("Keep an account for later", customer["name"], customer["email"], buttons=SET_UP_BUTTONS)

    @route("POST", r"/c/setup/(\w+)")
    def payer_sets_up(self, request: Request, id_: str) -> Answer:
        session = self.kind("sessions")[id_]
        if session["status"] != "open":
            return redirect(request.path)
        return redirect(self.act_on_set_up(session, request.form["act"]))

    def act_on_set_up(self, session: Row, act: str) -> str:
        if act == "back":
            return str(session["cancel_url"])
        if act == "expire":
            self.expire(session)
            return str(session["cancel_url"])
        account, live = session["_account"], session["livemode"]
        details = {"country": "NL", "last4": "4300", "bank_code": "ABNA"}
        facts = {"object": "payment_method", "type": "sepa_debit", "customer": session["customer"]}
        method = self.make("pm", account, live, **facts, sepa_debit=details)
        reference = secrets.token_hex(8).upper()
        mandate = self.make("mandate", account, live, object="mandate", status="active", type="multi_use")
        mandate |= {"payment_method": method["id"]}
        mandate |= {"payment_method_details": {"type": "sepa_debit", "sepa_debit": {"reference": reference}}}
        self.kind("set_ups")[session["setup_intent"]] |= {
            "status": "succeeded",
            "payment_method": method["id"],
            "mandate": mandate["id"],
        }
        session |= {"status": "complete", "url": None}
        self.tell("checkout.session.completed", session, send=act != "silent")
        return str(session["success_url"])

    @route("GET", r"/v1/mandates/(\w+)")
    def get_mandate(self, request: Request, id_: str) -> Answer:
        return self._one(id_)

    @route("GET", r"/v1/payment_methods/(\w+)")
    def get_method(self, request: Request, id_: str) -> Answer:
        return self._one(id_)

    @route("POST", r"/v1/payment_methods/(\w+)/detach")
    def detach(self, request: Request, id_: str) -> Answer:
        method = self.mine(id_)
        if not method or not method["customer"]:
            return missing(id_)
        method["customer"] = None
        self.tell("payment_method.detached", method)
        return as_json(self.shown(method))

    def revoke(self, mandate: Row) -> None:
        """By the payer, at their bank."""
        mandate["status"] = "inactive"
        self.tell("mandate.updated", mandate)

    @route("POST", "/v1/payment_intents")
    def create_intent(self, request: Request) -> Answer:
        wanted = nested(request.body)
        method = self.mine(wanted["payment_method"])
        if not method or method["customer"] != wanted["customer"]:
            return missing(wanted["payment_method"])
        if not any(each["status"] == "active" for each in self.of("mandates", payment_method=method["id"])):
            return failure(400, "invalid_request_error", NO_MANDATE, "The mandate is not active", "payment_method")
        facts = {"amount": int(wanted["amount"]), "currency": wanted["currency"], "metadata": wanted["metadata"]}
        more = {"customer": wanted["customer"], "payment_method": method["id"], "last_payment_error": None}
        made = self.make("pi", self.account, self.live, object="payment_intent", status="processing", **more)
        made |= facts | {"_name": wanted.get("description", "")}
        made["latest_charge"] = self.charge(made, method["type"], "pending", **facts)["id"]
        self.tell("payment_intent.processing", made)
        return as_json(self.shown(made))

    @route("GET", "/v1/payment_intents")
    def list_intents(self, request: Request) -> Answer:
        rows = self.of("intents", _account=self.account, livemode=self.live, customer=request.query.get("customer"))
        return listed([self.shown(each) for each in rows])

    @route("GET", r"/v1/payment_intents/(\w+)")
    def get_intent(self, request: Request, id_: str) -> Answer:
        intent = self.mine(id_)
        return as_json(self.shown(intent, expansions(request))) if intent else missing(id_)

    @route("POST", r"/v1/payment_intents/(\w+)/cancel")
    def cancel_intent(self, request: Request, id_: str) -> Answer:
        if not self.mine(id_):
            return missing(id_)
        return failure(400, "invalid_request_error", "payment_intent_unexpected_state", "It is with the bank already")

    def arrive_without_payer(self, intent: Row) -> None:
        self.book_charge(self.kind("charges")[intent["latest_charge"]])
        intent |= {"status": "succeeded"}
        self.tell("payment_intent.succeeded", intent)

    def bounce_without_payer(self, intent: Row, code: str) -> None:
        self.kind("charges")[intent["latest_charge"]] |= {"status": "failed", "failure_code": code}
        intent |= declined(code)
        self.tell("payment_intent.payment_failed", intent)

    def mine(self, id_: str) -> Row | None:
        row = self.find(id_)
        return row if row and (row["_account"], row["livemode"]) == (self.account, self.live) else None

    def _one(self, id_: str) -> Answer:
        row = self.mine(id_)
        return as_json(self.shown(row)) if row else missing(id_)
