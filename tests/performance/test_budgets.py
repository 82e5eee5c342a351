"""What the pages of an order may ask of the database: statements of Django and savepoints, also the test's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kring.core.tenancy import scope
from tests import make

pytestmark = pytest.mark.django_db


def cost(act: Any) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    return answer, len(asked)


@pytest.mark.parametrize("tickets", [1, 3])
def test_each_step_of_a_free_order_keeps_to_its_budget(organisation: Any, tickets: int) -> None:
    with scope(organisation):
        attraction = make.attraction(capacity=100)
        ticket_type = attraction.ticket_types.get()
    visitor = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    path = f"/events/{attraction.event.slug}/"
    people = {"buyer_name": "Ada", "buyer_email": "ada@example.org"}
    for number in range(1, tickets + 1):
        who = {"name": f"Guest {number}", "email": f"guest-{number}@example.org"}
        people |= {f"who-{number}": "myself" if number == 1 else "someone", f"profession-{number}": ""}
        people |= {f"{field}-{number}": value for field, value in who.items() if number > 1}

    _page, cold = cost(lambda: visitor.get(path))
    _page, known = cost(lambda: visitor.get(path))
    begun, chosen = cost(lambda: visitor.post(f"{path}order/", {f"quantity-{ticket_type.pk}": str(tickets)}))
    _form, asked = cost(lambda: visitor.get(begun["Location"]))
    done, completed = cost(lambda: visitor.post(begun["Location"], people))
    shown, seen = cost(lambda: visitor.get(done["Location"]))

    assert shown.status_code == 200
    assert [cold, known, chosen, asked, seen] == [15, 6, 17, 8, 14]
    # Each ticket names its own attendee and is completed with her account; all else is done for all at once.
    assert completed == 46 + 2 * (tickets - 1)
