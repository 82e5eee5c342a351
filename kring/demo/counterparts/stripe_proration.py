"""What the pretend Stripe charges when the price of a subscription changes: lines of the next invoice."""

from __future__ import annotations

import secrets
import time

from kring.demo.counterparts.stripe_wire import Row


def begins_period(subscription: Row, price: Row) -> bool:
    """Another interval does; a trial goes on."""
    old = subscription["items"]["data"][0]["price"]
    same = old["recurring"]["interval"] == price["recurring"]["interval"]
    return not same and subscription["status"] != "trialing"


def differences(subscription: Row, price: Row, at: int) -> list[Row]:
    """Unused time of the old price comes back; the rest of the period costs the new one, unless a new one begins."""
    item = subscription["items"]["data"][0]
    start, end = item["current_period_start"], item["current_period_end"]
    left = min(max(end - at, 0) / max(end - start, 1), 1)
    old = item["price"]
    if subscription["status"] == "trialing" or old["id"] == price["id"]:
        return []
    lines = [_line(subscription, -round(old["unit_amount"] * left), (at, end), is_proration=True)]
    if not begins_period(subscription, price):
        lines.append(_line(subscription, round(price["unit_amount"] * left), (at, end), is_proration=True))
    return lines


def preview(subscription: Row, price: Row, at: int, *, length: int) -> Row:
    """An invoice without an id that leads anywhere. `length`: of a period of this price, in seconds."""
    now = int(time.time())
    begins = now if begins_period(subscription, price) else subscription["items"]["data"][0]["current_period_end"]
    lines = differences(subscription, price, at)
    if subscription["_prorated"]:
        lines.append(_line(subscription, subscription["_prorated"], (at, begins), is_proration=True))
    if not subscription["cancel_at_period_end"]:
        lines.append(_line(subscription, price["unit_amount"], (begins, begins + length)))
    total = sum(line["amount"] for line in lines)
    facts: Row = {
        "id": f"upcoming_in_{secrets.token_hex(12)}",
        "object": "invoice",
        "status": "draft",
        "created": begins,
    }
    facts |= {"currency": price["currency"], "customer": subscription["customer"], "livemode": subscription["livemode"]}
    facts |= {"subtotal": total, "total": total, "amount_due": max(total, 0), "next_payment_attempt": begins}
    facts["parent"] = {
        "type": "subscription_details",
        "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
    }
    return facts | {"lines": {"object": "list", "data": lines, "has_more": False, "total_count": len(lines)}}


def _line(subscription: Row, amount: int, period: tuple[int, int], *, is_proration: bool = False) -> Row:
    item = subscription["items"]["data"][0]
    details = {"proration": is_proration, "subscription": subscription["id"], "subscription_item": item["id"]}
    return {
        "id": f"il_{secrets.token_hex(12)}",
        "object": "line_item",
        "amount": amount,
        "currency": item["price"]["currency"],
        "period": {"start": period[0], "end": period[1]},
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": details,
            "invoice_item_details": None,
        },
    }
