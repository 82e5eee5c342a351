"""The books of the pretend Stripe: balance transactions and payouts, as merchants list them."""

from __future__ import annotations

import time

from kring.demo.counterparts.server import Answer, Request, Row, as_json, page, redirect, route
from kring.demo.counterparts.stripe_ledger import Ledger
from kring.demo.counterparts.stripe_wire import expansions, failure

DAY = 86400


class Books(Ledger):
    """`page_size`: no page has more, whatever is asked for."""

    page_size = 100
    # Of the key of the request.
    account, live = "", False

    @route("GET", "/v1/balance_transactions")
    def list_booked(self, request: Request) -> Answer:
        rows = self.of("bookings", _account=self.account, livemode=self.live)
        if payout := request.query.get("payout"):
            rows = [each for each in rows if each["_payout"] == payout]
        return self._listed(request, rows, expansions(request).get("data", {}))

    @route("GET", "/v1/payouts")
    def list_payouts(self, request: Request) -> Answer:
        return self._listed(request, self.of("payouts", _account=self.account, livemode=self.live), {})

    def _listed(self, request: Request, rows: list[Row], expanded: Row) -> Answer:
        since, after = int(request.query.get("created[gte]", 0)), request.query.get("starting_after", "")
        rows = [each for each in rows if each["created"] >= since]
        names = [each["id"] for each in rows]
        if after and after not in names:
            return failure(400, "invalid_request_error", "resource_missing", "No such object", "starting_after")
        rows = rows[names.index(after) + 1 if after else 0 :]
        size = min(int(request.query.get("limit", 10)), self.page_size)
        shown = [self.shown(each, expanded) for each in rows[:size]]
        return as_json({"object": "list", "data": shown, "has_more": len(rows) > size, "url": request.path})

    @route("GET", "/books")
    def books(self, request: Request) -> Answer:
        accounts = {(each["_account"], each["livemode"]) for each in self.of("bookings")}
        buttons: dict[str, str] = {}
        for account, live in sorted(accounts):
            name = f"{account} {'live' if live else 'test'}"
            buttons |= {f"pay out {name}": f"{name}: pay out", f"elsewhere {name}": f"{name}: 25.00 of another shop"}
        return page("Stripe: balance", "" if buttons else "There is nothing yet.", buttons=buttons)

    @route("POST", "/books")
    def merchant_books(self, request: Request) -> Answer:
        act, account, mode = request.form["act"].rsplit(" ", 2)
        if act == "pay out":
            self.pay_out(account, mode == "live")
        else:
            self.charge_elsewhere(account, mode == "live", 2500)
        return redirect(request.path)

    def charge_elsewhere(self, account: str, live: bool, amount: int, currency: str = "eur") -> Row:
        """Money that came by no session, such as through another shop of the merchant's."""
        intent = self.make("pi", account, live, object="payment_intent", status="succeeded")
        facts = {"amount": amount, "currency": currency, "status": "succeeded", "payment_intent": intent["id"]}
        more = {"amount_refunded": 0, "refunded": False, "disputed": False, "payment_method_details": {"type": "card"}}
        charge = self.make("ch", account, live, object="charge", **facts, **more)
        intent["latest_charge"] = charge["id"]
        self.book_charge(charge)
        return charge

    def pay_out(self, account: str, live: bool, *, status: str = "paid") -> Row | None:
        """All that is in the balance goes to the bank, and arrives in two days; nothing where nothing is there."""
        waiting = [each for each in self.of("bookings", _account=account, livemode=live) if not each["_payout"]]
        if (amount := sum(each["net"] for each in waiting)) <= 0:
            return None
        facts = {"object": "payout", "amount": amount, "currency": waiting[0]["currency"], "automatic": True}
        made = self.make("po", account, live, **facts, status=status, reconciliation_status="completed")
        made["arrival_date"] = int(time.time()) // DAY * DAY + 2 * DAY
        for each in [*waiting, self.book(made, -amount, "payout")]:
            each["_payout"] = made["id"]
        return made
