"""A full organisation, the users who attack it, and what broke.

They are made once for a file of tests, each of which is undone in a savepoint.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signals import got_request_exception

from kring.accounts.models import Role
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import Event, TicketType
from kring.registrations import booking
from tests import make, one_of_each
from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.architecture.visitors import Visitor
from tests.module_rows import kept

HOST = "ours.kring.localhost"


@pytest.fixture(scope="module")
def estate(django_db_setup, django_db_blocker):
    """The transaction in which all of it is made; nothing of the file's tests outlasts it."""
    with kept(django_db_blocker):
        yield


@pytest.fixture(scope="module")
def owner(estate):
    return make.user()


@pytest.fixture(scope="module")
def rows(owner) -> dict[Any, Any]:
    organisation = make.organisation(subdomain="ours")
    return {**one_of_each.of(organisation, owner), type(owner): owner}


@pytest.fixture(scope="module")
def organisation(rows):
    return next(iter(rows.values())).organisation


@pytest.fixture(scope="module")
def visitor(rows):
    return Visitor(HOST)


@pytest.fixture(scope="module")
def admin(rows, organisation):
    with scope(organisation):
        return Visitor(HOST, make.staff("org_admin"))


@pytest.fixture(scope="module")
def person(rows, owner):
    return Visitor(HOST, owner)


@pytest.fixture(autouse=True)
def undone(db):
    """Each test in a savepoint; marked so, none is taken out of its file's order."""


@pytest.fixture
def crashes():
    """The exceptions behind answers of 500, as text."""
    caught: list[str] = []

    def note(sender: Any, **kwargs: Any) -> None:
        kind, error, _trace = sys.exc_info()
        caught.append(f"{kind.__name__ if kind else ''}: {error}"[:300])

    got_request_exception.connect(note)
    yield caught
    got_request_exception.disconnect(note)


@pytest.fixture(scope="module")
def orders(rows, organisation):
    """The same rows with an order that is being filled in, and with one that is to be paid."""
    with scope(organisation):
        event, kind = rows[Event], rows[TicketType]
        begun = booking.book(event, {kind.pk: 2}, user=None, language="en")
        known = booking.book(event, {kind.pk: 1}, user=None, language="en")
        known = booking.assign(
            known, buyer_name="Ada", buyer_email="ada@example.org", attendees=[booking.Attendee(myself=True)]
        )
    return [rows, {**rows, Order: begun}, {**rows, Order: known}]


@pytest.fixture(scope="module")
def pages(orders, visitor, person, admin):
    """Every page of the site with somebody who may see it: (who, address)."""
    cache.clear()

    def who(route):
        return admin if route.marked & {*Role.Name.values} else person if "person" in route.marked else visitor

    found = {}
    for route in routes("organisation"):
        if route.is_allauths and not route.parameters:
            found |= {(visitor, f"/{route.pattern}"): None, (person, f"/{route.pattern}"): None}
        elif not route.is_allauths:
            found |= {(who(route), address(route, rows)): None for rows in orders}
    return list(found)
