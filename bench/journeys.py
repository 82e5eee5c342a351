"""What people and doors do, request by request. Each returns what became of it; what it did not expect it raises."""

from __future__ import annotations

import json
from typing import Any

from bench.wire import Answer, Browser

BOUGHT, SOLD_OUT = "bought", "sold out"


def buy(browser: Browser, facts: dict[str, Any], event: str, who: str) -> str:
    """A free ticket for oneself, from the event's page to the page that shows it: five requests."""
    browser.forget()
    page = _expect(200, browser.get(f"/events/{event}/"))
    if b'name="quantity-' not in page.body:
        return SOLD_OUT
    begun = browser.post(
        f"/events/{event}/order/",
        key=page.field("key"),
        **{f"quantity-{facts['ticket_types'][event]}": "1"},
    )
    if begun.status == 409 and b'id="problem"' in begun.body:
        return SOLD_OUT
    form = _expect(200, browser.get(_expect(302, begun).location))
    done = browser.post(
        begun.location,
        csrfmiddlewaretoken=form.field("csrfmiddlewaretoken"),
        buyer_name=f"Buyer {who}",
        buyer_email=f"{event}-{who}@buyers.example",
        **{"who-1": "myself", "profession-1": "arts"},
    )
    shown = _expect(200, browser.get(_expect(302, done).location))
    if b'class="ticket-qr"' not in shown.body:
        raise AssertionError("the page of a completed order shows no ticket")
    return BOUGHT


def validate(browser: Browser, facts: dict[str, Any], code: str, door: str) -> str:
    body = json.dumps({"code": code, "event": "DOOR", "device": door}).encode()
    verdict = json.loads(_expect(200, browser.post_json("/api/ticket/validate", body, facts["token"])).body)
    return "let in" if verdict["valid"] else str(verdict["error"])


def look(browser: Browser, facts: dict[str, Any]) -> str:
    browser.forget()
    _expect(200, browser.get("/events/orders/"))
    return "seen"


def bare(browser: Browser) -> str:
    """As many requests as an order has, to the server of `bench.bare`."""
    for _ in range(5):
        _expect(200, browser.get("/"))
    return "answered"


def list_registrations(browser: Browser, facts: dict[str, Any], path: str = "/organisation/registrations/") -> str:
    browser.cookies["sessionid"] = facts["session"]
    _expect(200, browser.get(path))
    return "seen"


def _expect(status: int, answer: Answer) -> Answer:
    if answer.status != status:
        raise AssertionError(f"{answer.status} instead of {status}: {answer.body[:2000]!r}")
    return answer
