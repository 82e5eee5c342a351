"""What the pages of an order may ask of the database: statements of Django and savepoints, also the test's own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kring.core.tenancy import scope
from kring.registrations import registering
from kring.registrations.registering import RegistrationRequest
from tests import make

pytestmark = pytest.mark.django_db


def cost(act: Any) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    return answer, len(asked)


class Visitor:
    """Buys tickets, for themselves and for others."""

    def __init__(self, organisation: Any) -> None:
        with scope(organisation):
            attraction = make.attraction(capacity=100)
            self.ticket_type = attraction.ticket_types.get().pk
        self.client = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
        self.path = f"/events/{attraction.event.slug}/"

    def look(self) -> Any:
        return self.client.get(self.path)

    def choose(self, tickets: int, key: str = "") -> Any:
        wanted = {f"quantity-{self.ticket_type}": str(tickets), "key": key.ljust(22, "k")}
        return self.client.post(f"{self.path}order/", wanted)

    def enter_attendees(self, address: str, tickets: int) -> Any:
        people = {"buyer_name": "Ada", "buyer_email": "ada@example.org"}
        for number in range(1, tickets + 1):
            who = {"name": f"Guest {number}", "email": f"guest-{number}@example.org"}
            people |= {f"who-{number}": "myself" if number == 1 else "someone", f"profession-{number}": ""}
            people |= {f"{field}-{number}": value for field, value in who.items() if number > 1}
        return self.client.post(address, people)

    def order(self, key: str) -> Any:
        self.look()
        begun = self.choose(1, key)
        self.client.get(begun["Location"])
        return self.client.get(self.enter_attendees(begun["Location"], 1)["Location"])


@pytest.mark.parametrize("tickets", [1, 3])
def test_each_step_of_a_free_order_keeps_to_its_budget(organisation: Any, tickets: int) -> None:
    visitor = Visitor(organisation)

    _page, cold = cost(visitor.look)
    _page, known = cost(visitor.look)
    begun, chosen = cost(lambda: visitor.choose(tickets))
    _form, asked = cost(lambda: visitor.client.get(begun["Location"]))
    done, completed = cost(lambda: visitor.enter_attendees(begun["Location"], tickets))
    shown, seen = cost(lambda: visitor.client.get(done["Location"]))

    assert shown.status_code == 200
    # With the first ticket of an organisation, here, its key is made: five of what the last page asks.
    assert [cold, known, chosen, asked, seen] == [15, 6, 13, 6, 12]
    # Each ticket names its own attendee and is completed with their account; all else is done for all at once.
    assert completed == 21 + 2 * (tickets - 1)


@pytest.mark.django_db(transaction=True)
def test_a_whole_free_order_asks_the_database_less_than_fifty_times_and_makes_no_savepoint(organisation: Any) -> None:
    visitor = Visitor(organisation)
    visitor.order("first")

    with CaptureQueriesContext(connection) as asked:
        shown = visitor.order("second")

    assert shown.status_code == 200 and b"ticket-qr" in shown.content
    result = [re.sub(r"'[^']*'", "''", query["sql"]) for query in asked]
    # As the server counts: what is sent together is two.
    statements = [statement for text in result for statement in text.split(";") if statement.strip()]
    assert [statement for statement in statements if "SAVEPOINT" in statement] == []
    assert len(statements) == 48


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("people", [1, 3])
def test_a_program_registers_people_in_one_straight_line(organisation: Any, people: int) -> None:
    """The order is made and loaded once, and not locked: nobody else sees it yet. Each further person costs four."""
    with scope(organisation):
        attraction = make.attraction(capacity=100)
        ticket_type = attraction.ticket_types.get().pk

    def register(number: int) -> Any:
        entries = [RegistrationRequest(ticket_type, f"Guest {n}", f"{number}-{n}@example.org") for n in range(people)]
        buyer = {"buyer_name": "Ada", "buyer_email": "ada@example.org"}
        return registering.register(organisation, attraction.event, entries, language="en", **buyer)

    register(1)
    with CaptureQueriesContext(connection) as asked:
        order = register(2)

    assert order.state == "paid"
    result = [query["sql"] for query in asked]
    assert not [sql for sql in result if 'FROM "billing_order"' in sql or "SAVEPOINT" in sql]
    assert len([sql for sql in result if sql.startswith("SELECT") and 'FROM "registrations_registration"' in sql]) == 1
    assert len(result) == 31 + 4 * (people - 1)
