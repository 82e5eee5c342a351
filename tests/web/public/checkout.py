"""A visitor who orders: from the page of an event to the page behind the order's secret link."""

from __future__ import annotations

from typing import Any

from django.test import Client

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import Attraction
from tests.web.reading import fields


def address_of(attraction: Attraction) -> str:
    return f"/events/{attraction.event.slug}/"


def choose(visitor: Client, attraction: Attraction, tickets: int = 1, **more: Any) -> Any:
    """Their choice, sent as the page's form sends it; the answer."""
    address = address_of(attraction)
    with scope(attraction.organisation_id):
        ticket_type = attraction.ticket_types.first()
    sent = fields(visitor.get(address)) | {f"quantity-{ticket_type.pk}": tickets} | more
    return visitor.post(f"{address}order/", sent)


def begin(visitor: Client, attraction: Attraction, tickets: int = 1) -> Order:
    """An order that has its places, and no attendees yet."""
    answer = choose(visitor, attraction, tickets)
    assert answer.status_code == 302, answer.content.decode()
    with scope(attraction.organisation_id):
        return Order.objects.get(secret=answer["Location"].split("/")[2])


def attendee_fields(tickets: int = 1) -> dict[str, str]:
    """Ada and some friends."""
    details = {"buyer_name": "Ada Lovelace", "buyer_email": "ada@example.org", "who-1": "myself"}
    for number in range(2, tickets + 1):
        details |= {
            f"who-{number}": "someone",
            f"name-{number}": f"Friend {number}",
            f"email-{number}": f"friend-{number}@example.org",
        }
    return details


def enter_attendees(visitor: Client, order: Order, tickets: int = 1, **changes: str) -> Any:
    return visitor.post(f"/orders/{order.secret}/attendees/", attendee_fields(tickets) | changes)


def refreshed(order: Order) -> Order:
    with scope(order.organisation_id):
        order.refresh_from_db()
    return order
