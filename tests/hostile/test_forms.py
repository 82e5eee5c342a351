"""Forms with nothing in them, too much, or something else: an answer, never a crash (bad input, issue 2)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.cache import cache

from kring.accounts.models import Role
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import Event, TicketType
from kring.registrations import booking
from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.architecture.visitors import Visitor
from tests.hostile.forms import Form, forms

VALUES = {
    "nothing": "",
    "too much": "x" * 10_000,
    "a NUL": "a\0b",
    "no UTF-8": b"\xff\xfe\xed\xa0\x80",
    "other letters": "Żółw עברית العربية 漢字 🎫 ǅ ﷺ e\u0301\u202e\u200d",
    "a huge number": "9" * 40,
    "a number of the wrong kind": "-1.5e309",
    "no number": "NaN",
    "a moment that is none": "2026-03-29T02:30",
    "the end of time": "9999-12-31T23:59",
    "a program": "<script>alert(1)</script>{{7*7}}${7*7}'; DROP TABLE x; --",
    "lines": "a\r\nSubject: b\r\n\r\nc",
}


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


@pytest.fixture
def all_forms(pages):
    """Every form there is, with somebody who may send it."""
    found = {}
    for who, path in pages:
        page = who.visit(path)
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            for form in forms(page.content.decode(), path):
                found[(who, form.action, tuple(form.fields))] = (who, form)
    return list(found.values())


def test_the_forms_we_know_of_are_found(all_forms):
    """The negative control: what is not found is not tried."""
    fields = {name for _who, form in all_forms for name in form.fields}

    assert len(all_forms) > 30
    assert {"password", "email", "buyer_name", "name", "price"} <= {name.split("-")[-1] for name in fields}


@pytest.mark.parametrize("value", VALUES)
def test_a_form_full_of_it_is_answered(all_forms, crashes, value):
    broken = {
        form.action: crashes[-1:]
        for who, form in all_forms
        if send(who, form, dict.fromkeys(form.writable, VALUES[value])) >= 500
    }

    assert broken == {}


def send(who: Visitor, form: Form, content: dict) -> int:
    return who.visit(form.action, "POST", urlencode(content).encode()).status_code
