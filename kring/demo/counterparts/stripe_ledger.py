"""What the pretend Stripe keeps: sessions, intents, charges, refunds, disputes; and the events it tells about them."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import secrets
import time

from kring.demo.counterparts.server import Counterpart
from kring.demo.counterparts.stripe_wire import Row

# By the beginning of an id.
KINDS = {
    "cs": "sessions",
    "pi": "intents",
    "ch": "charges",
    "txn": "bookings",
    "re": "refunds",
    "dp": "disputes",
    "we": "endpoints",
    "po": "payouts",
    "cus": "customers",
    "pm": "methods",
    "mandate": "mandates",
    "seti": "set_ups",
    "price": "prices",
    "sub": "subscriptions",
    "in": "invoices",
    "bps": "portals",
    "acct": "accounts",
}
VERSION = "2026-10-28.endive"
DAYS_TO_RESPOND = 9
DISPUTE_COSTS = 2000


class Ledger(Counterpart):
    """Each row has the account and mode it belongs to; what begins with `_` is not shown to merchants."""

    def make(self, prefix: str, account: str, live: bool, **facts: object) -> Row:
        id_ = f"{prefix}_{secrets.token_hex(12)}"
        kind = KINDS[prefix.split("_")[0]]
        made = {"id": id_, "created": int(time.time()), "livemode": live, "metadata": {}, "_account": account, **facts}
        self.kind(kind)[id_] = made
        return made

    def find(self, id_: str) -> Row | None:
        return self.kind(KINDS.get(id_.split("_")[0], "nothing")).get(id_)

    def shown(self, row: Row, expand: Row | None = None) -> Row:
        """As merchants get it; `expand`: names of ids to replace by what they name, nested."""
        seen = {name: value for name, value in row.items() if not name.startswith("_")}
        for name, deeper in (expand or {}).items():
            if seen.get(name) and (found := self.find(seen[name])):
                seen[name] = self.shown(found, deeper)
        return copy.deepcopy(seen)

    def of(self, kind: str, **facts: object) -> list[Row]:
        """The newest first."""
        rows = reversed(list(self.kind(kind).values()))
        return [row for row in rows if all(row.get(name) == value for name, value in facts.items())]

    # What payers do.

    def pay(self, session: Row, way: str, *, less: int = 0, tell: bool = True) -> Row:
        """`less`: so many cents are not paid."""
        session["amount_total"] -= less
        self._charge(session, way, "succeeded")
        session |= {"status": "complete", "payment_status": "paid"}
        return self.tell("checkout.session.completed", session, send=tell)

    def decline(self, session: Row, code: str) -> None:
        """The payer sees it on this page, and may try again."""
        charge = self._charge(session, "card", "failed")
        charge |= {"failure_code": code}
        self.kind("intents")[session["payment_intent"]] |= declined(code)

    def pay_later(self, session: Row, *, tell: bool = True) -> Row:
        self._charge(session, "sepa_debit", "pending")
        session |= {"status": "complete"}
        return self.tell("checkout.session.completed", session, send=tell)

    def arrive(self, session: Row, *, tell: bool = True) -> Row:
        intent = self.kind("intents")[session["payment_intent"]]
        self.book_charge(self.kind("charges")[intent["latest_charge"]])
        intent |= {"status": "succeeded"}
        session |= {"payment_status": "paid"}
        return self.tell("checkout.session.async_payment_succeeded", session, send=tell)

    def bounce(self, session: Row, code: str) -> Row:
        intent = self.kind("intents")[session["payment_intent"]] | declined(code)
        self.kind("intents")[intent["id"]] = intent
        self.kind("charges")[intent["latest_charge"]] |= {"status": "failed", "failure_code": code}
        return self.tell("checkout.session.async_payment_failed", session)

    def expire(self, session: Row) -> Row:
        session |= {"status": "expired", "url": None}
        return self.tell("checkout.session.expired", session)

    def expire_due(self) -> None:
        for session in self.of("sessions", status="open"):
            if session["expires_at"] <= time.time():
                self.expire(session)

    def _charge(self, session: Row, way: str, status: str) -> Row:
        account, live = session["_account"], session["livemode"]
        facts = {"amount": session["amount_total"], "currency": session["currency"]}
        intent = self.kind("intents").get(session["payment_intent"] or "")
        if intent is None:
            intent = self.make("pi", account, live, object="payment_intent", last_payment_error=None)
            session["payment_intent"] = intent["id"]
        ours = {"metadata": session["_intent"].get("metadata", {})}
        charge = self.charge(intent, way, status, **(facts | ours))
        state = {"succeeded": "succeeded", "pending": "processing", "failed": "requires_payment_method"}[status]
        intent |= facts | ours | {"status": state, "latest_charge": charge["id"]}
        return charge

    def charge(self, intent: Row, way: str, status: str, **facts: object) -> Row:
        charge = self.make(
            "ch",
            intent["_account"],
            intent["livemode"],
            object="charge",
            status=status,
            payment_intent=intent["id"],
            payment_method_details={"type": way},
            amount_refunded=0,
            refunded=False,
            disputed=False,
            balance_transaction=None,
            **facts,
        )
        if status == "succeeded":
            self.book_charge(charge)
        return charge

    def book_charge(self, charge: Row) -> None:
        """It keeps 1.5 % and 25 cents."""
        booked = self.book(charge, charge["amount"], "charge", fee=charge["amount"] * 15 // 1000 + 25)
        charge |= {"status": "succeeded", "balance_transaction": booked["id"]}

    def book(self, about: Row, amount: int, category: str, *, fee: int = 0) -> Row:
        """In the balance; `about`: the charge, refund, dispute or payout that moves it."""
        return self.make(
            "txn",
            about["_account"],
            about["livemode"],
            object="balance_transaction",
            type="adjustment" if category.startswith("dispute") else category,
            reporting_category=category,
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=about["currency"],
            source=about["id"],
            _payout="",
        )

    # What merchants do.

    def refund(self, charge: Row, amount: int, metadata: Row, status: str) -> Row:
        made = self.make("re", charge["_account"], charge["livemode"], object="refund", amount=amount, status=status)
        made |= {"currency": charge["currency"], "charge": charge["id"], "payment_intent": charge["payment_intent"]}
        made |= {"metadata": metadata, "failure_reason": None, "pending_reason": None}
        self.book(made, -amount, "refund")
        self._refunded(charge, amount)
        self.tell("refund.created", made)
        self.tell("charge.refunded", charge)
        return made

    def end_refund(self, refund: Row, status: str) -> None:
        refund |= {"status": status}
        if status in ("failed", "canceled"):
            self.book(refund, refund["amount"], "refund_failure")
            refund |= {"failure_reason": "lost_or_stolen_card" if status == "failed" else None}
            self._refunded(self.kind("charges")[refund["charge"]], -refund["amount"])
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def _refunded(self, charge: Row, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]

    # What payers' banks do.

    def dispute(self, charge: Row, status: str = "needs_response") -> Row:
        due = int(time.time()) + DAYS_TO_RESPOND * 86400
        made = self.make("dp", charge["_account"], charge["livemode"], object="dispute", amount=charge["amount"])
        made |= {"currency": charge["currency"], "charge": charge["id"], "payment_intent": charge["payment_intent"]}
        made |= {"status": status, "reason": "fraudulent", "evidence_details": {"due_by": due}}
        charge["disputed"] = True
        self.tell("charge.dispute.created", made)
        if not status.startswith("warning"):
            self.book(made, -made["amount"], "dispute", fee=DISPUTE_COSTS)
            self.tell("charge.dispute.funds_withdrawn", made)
        return made

    def end_dispute(self, dispute: Row, status: str) -> None:
        dispute |= {"status": status}
        self.tell("charge.dispute.closed", dispute)
        if status == "won":
            self.book(dispute, dispute["amount"], "dispute_reversal", fee=-DISPUTE_COSTS)
            self.tell("charge.dispute.funds_reinstated", dispute)

    # What it tells.

    def tell(self, type_: str, about: Row, *, send: bool = True) -> Row:
        """The event, signed and sent to each address that wants it."""
        number = f"evt_{secrets.token_hex(12)}"
        event = {
            "id": number,
            "object": "event",
            "api_version": VERSION,
            "created": int(time.time()),
            "livemode": about["livemode"],
            "type": type_,
            "pending_webhooks": 1,
            "data": {"object": self.shown(about)},
            "_account": about["_account"],
        }
        self.kind("events")[number] = event
        if send:
            self.send(event)
        return event

    def send(self, event: Row) -> None:
        account = self.kind("accounts").get(f"acct_{event['_account']}")
        owner = account["_account"] if account else event["_account"]
        for each in self.of("endpoints", _account=owner, livemode=event["livemode"]):
            if event["type"] in each["enabled_events"] and bool(each.get("_connect")) == bool(account):
                body = json.dumps(self.shown(event | ({"account": account["id"]} if account else {}))).encode()
                self.notify(each["url"], body, signed(body, each["_secret"]))


def signed(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    """The headers of a notice."""
    moment = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "Stripe-Signature": f"t={moment},v1={digest}"}


def declined(code: str) -> Row:
    error = {"code": "card_declined", "decline_code": code}
    return {"status": "requires_payment_method", "last_payment_error": error}
