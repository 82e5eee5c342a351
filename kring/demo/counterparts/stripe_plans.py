"""Subscriptions at the pretend Stripe: prices, checkout, periods, proration, failing cards, the customer's portal."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from kring.demo.counterparts import stripe_proration
from kring.demo.counterparts.server import Answer, Request, as_json, page, redirect, route
from kring.demo.counterparts.stripe_means import Means
from kring.demo.counterparts.stripe_wire import Row, expansions, failure, missing, nested

DAY = 86_400
SECONDS = {"month": 30 * DAY, "year": 365 * DAY}
SUBSCRIBE_BUTTONS = {
    "card": "Subscribe by card",
    "failing": "Subscribe by a card that fails at the next payment",
    "decline": "Card: not enough money",
    "silent": "Subscribe by card, and notify nobody",
    "back": "Go back without subscribing",
    "expire": "Let the time run out",
}
PORTAL_BUTTONS = {
    "card": "Use a card that works",
    "failing": "Use a card that fails",
    "cancel": "Cancel at the end of the period",
    "keep": "Take the cancellation back",
    "back": "Go back",
}


class Plans(Means):
    @route("POST", "/v1/prices")
    def create_price(self, request: Request) -> Answer:
        wanted = nested(request.body)
        facts = {"object": "price", "active": True, "type": "recurring", "currency": wanted["currency"]}
        recurring = {"interval": wanted["recurring"]["interval"], "interval_count": 1}
        facts |= {"recurring": recurring, "unit_amount": int(wanted["unit_amount"])}
        facts |= {"product": f"prod_{secrets.token_hex(8)}", "_name": wanted["product_data"]["name"]}
        return as_json(self.shown(self.make("price", self.account, self.live, **facts)))

    @route("GET", r"/v1/prices/(\w+)")
    def get_price(self, request: Request, id_: str) -> Answer:
        return self._one(id_)

    def subscribe_session(self, wanted: Row) -> Answer:
        """A checkout in the mode of subscriptions."""
        price_id = wanted["line_items"]["0"]["price"]
        price, customer = self.mine(price_id), self.mine(wanted["customer"])
        if not price or not customer:
            return failure(400, "invalid_request_error", "resource_missing", "No such price or customer", "line_items")
        facts = {name: wanted.get(name) for name in ("success_url", "cancel_url", "customer", "locale")}
        facts |= {"client_reference_id": wanted.get("client_reference_id"), "metadata": wanted.get("metadata", {})}
        made = self.make("cs_test", self.account, self.live, object="checkout.session", **facts)
        made |= {"mode": "subscription", "status": "open", "payment_status": "unpaid", "subscription": None}
        made |= {"currency": price["currency"], "amount_total": price["unit_amount"], "payment_intent": None}
        made |= {"expires_at": made["created"] + DAY, "_price": price_id, "_data": wanted.get("subscription_data", {})}
        made["url"] = f"{self.url}/c/subscribe/{made['id']}"
        return as_json(self.shown(made))

    @route("GET", r"/c/subscribe/(\w+)")
    def subscribe_page(self, request: Request, id_: str) -> Answer:
        session = self.kind("sessions")[id_]
        if session["status"] != "open":
            return page("This page has ended", "It was subscribed, or the time has run out.")
        price, customer = self.kind("prices")[session["_price"]], self.kind("customers")[session["customer"]]
        days = session["_data"].get("trial_period_days")
        lines = [customer["name"], f"{days} days free first" if days else "", session.get("_trouble", "")]
        return page(f"Subscribe: {price['_name']}, {_amount(price)}", *lines, buttons=SUBSCRIBE_BUTTONS)

    @route("POST", r"/c/subscribe/(\w+)")
    def subscriber_acts(self, request: Request, id_: str) -> Answer:
        session = self.kind("sessions")[id_]
        if session["status"] != "open":
            return redirect(request.path)
        return redirect(self.act_on_subscribing(session, request.form["act"]) or request.path)

    def act_on_subscribing(self, session: Row, act: str) -> str:
        """What the subscriber does; where they go then, or "" to stay."""
        match act:
            case "back":
                return str(session["cancel_url"])
            case "expire":
                self.expire(session)
                return ""
            case "decline":
                session["_trouble"] = "Your card was declined: not enough money. Try again."
                return ""
        self.subscribe(session, is_failing=act == "failing", tell=act != "silent")
        return str(session["success_url"])

    def subscribe(self, session: Row, *, is_failing: bool = False, tell: bool = True) -> Row:
        account, live, data = session["_account"], session["livemode"], session["_data"]
        self.kind("customers")[session["customer"]]["_fails"] = is_failing
        made = self.make("sub", account, live, object="subscription", customer=session["customer"], status="active")
        made |= {"metadata": data.get("metadata", {}), "cancel_at_period_end": False, "cancel_at": None}
        made |= {"canceled_at": None, "ended_at": None, "trial_end": None, "latest_invoice": None, "_prorated": 0}
        price = self.kind("prices")[session["_price"]]
        item: Row = {"id": f"si_{secrets.token_hex(8)}", "object": "subscription_item", "price": self.shown(price)}
        made["items"] = {"object": "list", "data": [item], "has_more": False}
        days = int(data.get("trial_period_days") or 0)
        now = int(time.time())
        item["current_period_start"], item["current_period_end"] = now, now + (days * DAY or _length(price))
        if days:
            made |= {"status": "trialing", "trial_end": now + days * DAY}
        session |= {"status": "complete", "payment_status": "paid", "subscription": made["id"], "url": None}
        invoice = self._bill(made, 0 if days else price["unit_amount"], "paid")
        self.tell("customer.subscription.created", made, send=tell)
        self.tell("invoice.paid", invoice, send=tell)
        self.tell("checkout.session.completed", session, send=tell)
        return made

    @route("GET", r"/v1/subscriptions/(\w+)")
    def get_subscription(self, request: Request, id_: str) -> Answer:
        found = self.mine(id_)
        return as_json(self.shown(found, expansions(request))) if found else missing(id_)

    @route("POST", r"/v1/subscriptions/(\w+)")
    def update_subscription(self, request: Request, id_: str) -> Answer:
        found, wanted = self.mine(id_), nested(request.body)
        if not found:
            return missing(id_)
        if found["status"] == "canceled":
            return failure(400, "invalid_request_error", "resource_missing", "A canceled subscription can be no more")
        if line := wanted.get("items", {}).get("0"):
            price = self.mine(line["price"])
            if not price or line["id"] != found["items"]["data"][0]["id"]:
                return missing(line["price"])
            self._exchange(found, price, int(wanted.get("proration_date") or time.time()))
        if "cancel_at_period_end" in wanted:
            self.end_later(found, wanted=wanted["cancel_at_period_end"].lower() == "true", tell=False)
        self.tell("customer.subscription.updated", found)
        return as_json(self.shown(found))

    @route("DELETE", r"/v1/subscriptions/(\w+)")
    def cancel_subscription(self, request: Request, id_: str) -> Answer:
        found = self.mine(id_)
        if not found or found["status"] == "canceled":
            return missing(id_)
        self.end(found)
        return as_json(self.shown(found))

    def _exchange(self, subscription: Row, price: Row, at: int) -> None:
        """The difference for the rest of the period comes on the next invoice; another interval begins a period, and
        its invoice, at once."""
        item, now = subscription["items"]["data"][0], int(time.time())
        subscription["_prorated"] += sum(
            line["amount"] for line in stripe_proration.differences(subscription, price, at)
        )
        begins = stripe_proration.begins_period(subscription, price)
        item["price"] = self.shown(price)
        if begins:
            item |= {"current_period_start": now, "current_period_end": now + _length(price)}
            amount, subscription["_prorated"] = price["unit_amount"] + subscription["_prorated"], 0
            self.tell("invoice.paid", self._bill(subscription, max(amount, 0), "paid"))

    @route("POST", "/v1/invoices/create_preview")
    def preview_invoice(self, request: Request) -> Answer:
        """Of the invoice that would be next with this price; nothing is made."""
        wanted = nested(request.body)
        details = wanted["subscription_details"]
        found, price = self.mine(wanted["subscription"]), self.mine(details["items"]["0"]["price"])
        if not found or not price or found["status"] == "canceled":
            return missing(wanted["subscription"])
        at = int(details.get("proration_date") or time.time())
        return as_json(stripe_proration.preview(found, price, at, length=_length(price)))

    def end_later(self, subscription: Row, *, wanted: bool, tell: bool = True) -> None:
        end = subscription["items"]["data"][0]["current_period_end"]
        subscription |= {"cancel_at_period_end": wanted, "cancel_at": end if wanted else None}
        if tell:
            self.tell("customer.subscription.updated", subscription)

    def end(self, subscription: Row) -> None:
        now = int(time.time())
        subscription |= {"status": "canceled", "canceled_at": now, "ended_at": now}
        self.tell("customer.subscription.deleted", subscription)

    # What time makes due.

    def next_period(self, subscription: Row, *, tell: bool = True) -> None:
        """The period is over: it ends, or is charged anew."""
        if subscription["cancel_at_period_end"]:
            self.end(subscription)
            return
        item = subscription["items"]["data"][0]
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] += _length(item["price"])
        amount = item["price"]["unit_amount"] + subscription["_prorated"]
        subscription["_prorated"] = 0
        fails = self.kind("customers")[subscription["customer"]].get("_fails")
        invoice = self._bill(subscription, amount, "open" if fails else "paid")
        subscription["status"] = "past_due" if fails else "active"
        self.tell("invoice.payment_failed" if fails else "invoice.paid", invoice, send=tell)
        self.tell("customer.subscription.updated", subscription, send=tell)

    def settle(self, subscription: Row) -> None:
        """The open invoice is paid with the card there is by now."""
        invoice = self.find(subscription["latest_invoice"] or "")
        if invoice is None or invoice["status"] != "open":
            return
        if self.kind("customers")[subscription["customer"]].get("_fails"):
            self.tell("invoice.payment_failed", invoice)
            return
        invoice["status"], subscription["status"] = "paid", "active"
        self.tell("invoice.paid", invoice)
        self.tell("customer.subscription.updated", subscription)

    def _bill(self, subscription: Row, amount: int, status: str) -> Row:
        about = {"subscription": subscription["id"], "metadata": subscription["metadata"]}
        facts = {"customer": subscription["customer"], "status": status, "amount_due": amount, "currency": "eur"}
        made = self.make("in", subscription["_account"], subscription["livemode"], object="invoice", **facts)
        made["parent"] = {"type": "subscription_details", "subscription_details": about}
        subscription["latest_invoice"] = made["id"]
        return made

    # The customer's own page.

    @route("POST", "/v1/billing_portal/sessions")
    def create_portal(self, request: Request) -> Answer:
        wanted = nested(request.body)
        if not self.mine(wanted["customer"]):
            return missing(wanted["customer"])
        facts = {"object": "billing_portal.session", "customer": wanted["customer"]}
        made = self.make("bps", self.account, self.live, **facts, return_url=wanted["return_url"])
        made["url"] = f"{self.url}/p/session/{made['id']}"
        return as_json(self.shown(made))

    @route("GET", r"/p/session/(\w+)")
    def portal_page(self, request: Request, id_: str) -> Answer:
        portal = self.kind("portals")[id_]
        lines, buttons = [], {}
        for each in self.of("subscriptions", customer=portal["customer"]):
            item = each["items"]["data"][0]
            day = datetime.fromtimestamp(item["current_period_end"], UTC).date()
            lines.append(f"{_amount(item['price'])}: {each['status']}, until {day}")
        for each in self.of("invoices", customer=portal["customer"]):
            lines.append(f"Invoice of {each['amount_due'] / 100:.2f}: {each['status']}")
            if each["status"] == "open":
                buttons["settle"] = "Pay the open invoice"
        name = self.kind("customers")[portal["customer"]]["name"]
        return page(f"Billing of {name}", *lines, buttons=buttons | PORTAL_BUTTONS)

    @route("POST", r"/p/session/(\w+)")
    def customer_acts(self, request: Request, id_: str) -> Answer:
        portal, act = self.kind("portals")[id_], request.form["act"]
        if act == "back":
            return redirect(portal["return_url"])
        customer = self.kind("customers")[portal["customer"]]
        live = [each for each in self.of("subscriptions", customer=customer["id"]) if each["status"] != "canceled"]
        if act in ("card", "failing"):
            customer["_fails"] = act == "failing"
        for each in live:
            if act == "settle":
                self.settle(each)
            elif act in ("cancel", "keep"):
                self.end_later(each, wanted=act == "cancel")
        return redirect(request.path)

    @route("GET", "/dashboard/subscriptions")
    def subscriptions(self, request: Request) -> Answer:
        buttons = {}
        for each in self.of("subscriptions"):
            if each["status"] != "canceled":
                name = self.kind("customers")[each["customer"]]["name"]
                buttons[each["id"]] = f"{name}, {each['status']}: the next period begins"
        return page("Stripe: subscriptions", "" if buttons else "There are none yet.", buttons=buttons)

    @route("POST", "/dashboard/subscriptions")
    def choose_subscription(self, request: Request) -> Answer:
        self.next_period(self.kind("subscriptions")[request.form["act"]])
        return redirect(request.path)


def _length(price: Row) -> int:
    return SECONDS[price["recurring"]["interval"]]


def _amount(price: Row) -> str:
    return f"{price['unit_amount'] / 100:.2f} {price['currency'].upper()} a {price['recurring']['interval']}"
