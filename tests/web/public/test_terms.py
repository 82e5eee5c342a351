"""Visitors and buyers read what goes back when they cancel (R6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Event, TicketType
from kring.events.refund_terms import agree
from tests import make
from tests.registrations.changing import bought, event_with_changes, share
from tests.web.public.test_passing_on import order_page
from tests.web.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(organisation: Any) -> Event:
    with scope(organisation):
        event: Event = make.attraction(event=make.event(slug="rally", may_cancel=True), price="40", capacity=10).event
        return event


def test_visitors_read_them_on_the_page_of_the_event_and_at_once(event: Event, visitor: Any) -> None:
    assert "In full, at any time" in words(visitor.get("/events/rally/"))
    with scope(event.organisation_id):
        agree(event, [share(50, days_before=3)])
        half = TicketType.objects.get()
        support = make.attraction(event=event, price="10", name="Support").ticket_types.get()
        TicketType.objects.filter(pk=support.pk).update(name="Support")
        agree(event, [share(0)], ticket_type=support)

    page = words(visitor.get("/events/rally/"))

    assert "When you cancel, this goes back 50% until" in page and "Support: Nothing goes back" in page
    assert half.name + ":" not in page


@pytest.mark.parametrize("changes", [{"price": "0"}, {"may_cancel": False}])
def test_where_nothing_costs_or_nothing_was_agreed_nothing_is_said(
    event: Event, visitor: Any, changes: dict[str, Any]
) -> None:
    with scope(event.organisation_id):
        rows = TicketType.objects if "price" in changes else Event.objects
        rows.update(**changes)

    assert "this goes back" not in words(visitor.get("/events/rally/"))


def test_where_staff_cancel_it_is_said_to_whom_one_writes(event: Event, visitor: Any) -> None:
    with scope(event.organisation_id):
        Event.objects.update(may_cancel=False)
        agree(event, [share(50, days_before=3)])

    page = words(visitor.get("/events/rally/"))

    assert "50% until" in page and "Please write to the organiser to cancel." in page


def test_buyers_read_them_with_their_tickets_and_before_they_cancel(organisation: Any, visitor: Any) -> None:
    with scope(organisation):
        ticket = bought(event=event_with_changes(share(50)))

    assert "50% until the event begins Nothing after that" in words(visitor.get(order_page(ticket)))
    address = f"{order_page(ticket)}registrations/{ticket.registration_id}/cancellation/"
    page = words(visitor.get(address))
    assert "50% until the event begins" in page and "Cancel and get €20.00 back" in page
