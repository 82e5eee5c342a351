"""Customers and mandates of the pretend Mollie. Each belongs to the key it was made with."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable

from kring.demo.counterparts.mollie_books import Books, hal, now, public, unauthorised
from kring.demo.counterparts.server import Answer, Request, Row, route

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
URL = {"href": "https://api.mollie.example", "type": "application/hal+json"}


class Mandates(Books):
    """`mandates_are`: the state of a new one."""

    mandates_are = "valid"

    @route("POST", "/v2/customers")
    def create_customer(self, request: Request) -> Answer:
        key, wish = self.key_of(request), request.json
        if not key:
            return unauthorised()

        def make() -> Row:
            facts = {name: wish.get(name) for name in ("name", "email", "metadata", "locale")}
            made: Row = {"id": f"cst_{secrets.token_hex(5)}", "_key": key, **facts, "createdAt": now()}
            self.kind("customers")[made["id"]] = made
            return self._customer(made)

        return self._made_once(request, make)

    @route("POST", r"/v2/customers/(cst_\w+)/mandates")
    def create_mandate(self, request: Request, customer: str) -> Answer:
        wish = request.json
        if not self.is_customer_of(request, customer):
            return _gone("customer", customer)
        if wish.get("method") != "directdebit" or not IBAN.fullmatch(str(wish.get("consumerAccount"))):
            return failure(422, "The bank account is invalid.")

        def make() -> Row:
            details = {name: wish.get(name) for name in ("consumerName", "consumerAccount", "consumerBic")}
            name = f"mdt_{secrets.token_hex(5)}"
            reference = wish.get("mandateReference") or f"MOLLIE-{name[4:].upper()}"
            facts = {"signatureDate": wish.get("signatureDate"), "mandateReference": reference, "createdAt": now()}
            made: Row = {"id": name, "customerId": customer, "method": "directdebit", "details": details, **facts}
            made |= {"status": self.mandates_are, "_key": self.key_of(request)}
            self.kind("mandates")[name] = made
            return _mandate(made)

        return self._made_once(request, make)

    @route("GET", r"/v2/customers/(cst_\w+)/mandates")
    def list_mandates(self, request: Request, customer: str) -> Answer:
        if not self.is_customer_of(request, customer):
            return _gone("customer", customer)
        rows = [each for each in self.kind("mandates").values() if each["customerId"] == customer]
        return self._page(request, "mandates", [_mandate(each) for each in rows])

    @route("GET", r"/v2/customers/(cst_\w+)/mandates/(mdt_\w+)")
    def get_mandate(self, request: Request, customer: str, name: str) -> Answer:
        found = self._found(request, customer, name)
        return hal(_mandate(found)) if found else _gone("mandate", name)

    @route("DELETE", r"/v2/customers/(cst_\w+)/mandates/(mdt_\w+)")
    def revoke_mandate(self, request: Request, customer: str, name: str) -> Answer:
        if not self._found(request, customer, name):
            return _gone("mandate", name)
        del self.kind("mandates")[name]
        return Answer(b"", 204)

    def can_charge(self, key: str, wish: Row) -> bool:
        mandate = self.kind("mandates").get(str(wish.get("mandateId")))
        whose = (mandate or {}).get("_key"), (mandate or {}).get("customerId")
        return whose == (key, wish.get("customerId")) and (mandate or {}).get("status") == "valid"

    def _made_once(self, request: Request, make: Callable[[], Row]) -> Answer:
        """The same key again has the answer it had."""
        kept, name = self.kind("answers"), f"{request.path} {request.headers.get('idempotency-key', '')}"
        if name not in kept:
            kept[name] = json.loads(json.dumps(make()))
        return hal(kept[name], 201)

    def is_customer_of(self, request: Request, customer: str) -> bool:
        key = self.key_of(request)
        return bool(key) and (self.kind("customers").get(customer) or {}).get("_key") == key

    def _found(self, request: Request, customer: str, name: str) -> Row | None:
        mandate = self.kind("mandates").get(name)
        is_theirs = mandate is not None and mandate["customerId"] == customer
        return mandate if is_theirs and self.is_customer_of(request, customer) else None

    def _customer(self, row: Row) -> Row:
        return {
            "resource": "customer",
            "mode": row["_key"][:4],
            **public(row),
            "_links": dict.fromkeys(("self", "dashboard", "documentation"), URL),
        }


def failure_of(payment: Row) -> Row:
    """Why it failed, as the bank says of a debit, or Mollie of another payment."""
    if payment.get("mandateId"):
        return {"details": {"bankReasonCode": payment.get("reason", "AM04"), "bankReason": "Insufficient funds"}}
    return {"statusReason": {"code": "insufficient_funds", "message": "Not enough money."}}


def failure(status: int, detail: str) -> Answer:
    link = {"documentation": {"href": "https://docs.mollie.com", "type": "text/html"}}
    return hal({"status": status, "title": "Error", "detail": detail, "_links": link}, status)


def _gone(what: str, name: str) -> Answer:
    return failure(404, f"No {what} exists with token {name}.")


def _mandate(row: Row) -> Row:
    links = dict.fromkeys(("self", "customer", "documentation"), URL)
    return {"resource": "mandate", "mode": row["_key"][:4], **public(row), "_links": links}
