"""A guest's order gets the same answer, with the same work, for any address that was typed (A7): the rest is in
the mail, for the reader of that address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from tests import make
from tests.web.public.checkout import begin
from tests.web.reading import words

pytestmark = pytest.mark.django_db
# An account more or less is made: nobody measures that from outside.
STATEMENTS = 5


def account(email: str) -> None:
    make.user(email)


def member(email: str) -> None:
    make.staff(Role.Name.MEMBER, email=email)


def administrator(email: str) -> None:
    make.staff(Role.Name.ORG_ADMIN, email=email)


def walk(organisation: Any, attraction: Any, email: str) -> list[tuple[str, int, int]]:
    """The answers from naming the attendees to the end: (words, status, statements)."""
    visitor = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    order = begin(visitor, attraction)
    who = {"buyer_name": "Ada", "buyer_email": email, "who-1": "myself"}
    asked = [
        lambda: visitor.post(f"/orders/{order.secret}/attendees/", who, follow=True),
        lambda: visitor.get(f"/orders/{order.secret}/attendees/", follow=True),
        lambda: visitor.post(f"/orders/{order.secret}/data/1/", follow=True),
        lambda: visitor.get(f"/orders/{order.secret}/payment/", follow=True),
        lambda: visitor.get(f"/orders/{order.secret}/", follow=True),
    ]
    found = []
    for ask in asked:
        with CaptureQueriesContext(connection) as statements:
            answer = ask()
        shown = words(answer).replace(order.number, "(number)").replace(email, "(address)")
        found.append((re.sub(r"\d+:\d\d|\d+ minutes", "(time)", shown), answer.status_code, len(statements)))
    return found


@pytest.mark.parametrize("price", [0, 10])
@pytest.mark.parametrize("rule", ["", "member"])
@pytest.mark.parametrize("who", [account, member, administrator])
def test_a_guests_order_tells_nothing_of_the_address(organisation: Any, who: Any, rule: str, price: int) -> None:
    with scope(organisation):
        attraction = make.attraction(price=price)
        if rule:
            EligibilityRule.objects.create(key=rule, attraction=attraction)
        who("known@example.org")
        make.user("other@example.org")
    # What a process learns once is learnt.
    walk(organisation, attraction, "first@example.org")

    known, unknown = (walk(organisation, attraction, email) for email in ("known@example.org", "new@example.org"))

    assert [page[:2] for page in known] == [page[:2] for page in unknown]
    assert all(abs(one[2] - other[2]) <= STATEMENTS for one, other in zip(known, unknown, strict=True))


def test_it_does_not_tell_who_comes_already(organisation: Any) -> None:
    with scope(organisation):
        attraction = make.attraction()
    for email in ("first@example.org", "known@example.org"):
        walk(organisation, attraction, email)

    known, unknown = (walk(organisation, attraction, email) for email in ("known@example.org", "new@example.org"))

    assert [page[:2] for page in known] == [page[:2] for page in unknown]
    assert all(abs(one[2] - other[2]) <= STATEMENTS for one, other in zip(known, unknown, strict=True))
