"""A full organisation, the users who attack it, and what broke."""

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

HOST = "ours.kring.localhost"


@pytest.fixture
def owner(db):
    return make.user()


@pytest.fixture
def rows(owner) -> dict[Any, Any]:
    organisation = make.organisation(subdomain="ours")
    return {**one_of_each.of(organisation, owner), type(owner): owner}


@pytest.fixture
def organisation(rows):
    return next(iter(rows.values())).organisation


@pytest.fixture
def visitor(rows):
    return Visitor(HOST)


@pytest.fixture
def admin(rows, organisation):
    with scope(organisation):
        return Visitor(HOST, make.staff("org_admin"))


@pytest.fixture
def person(rows, owner):
    return Visitor(HOST, owner)


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


@pytest.fixture
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


@pytest.fixture
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
