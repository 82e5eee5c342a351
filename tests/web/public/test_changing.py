"""A ticket is changed for another one: behind the order's link, and in the portal (R6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule, TicketType
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.registrations.answering import form_of
from tests.registrations.changing import bought, event_with_changes
from tests.web.public.test_passing_on import order_page, portal_of
from tests.web.reading import fields, words


@pytest.fixture
def ticket(organisation: Any) -> Ticket:
    with scope(organisation):
        return bought()


def another(ticket: Ticket, price: str = "55", **fields: Any) -> TicketType:
    with scope(ticket.organisation_id):
        event, given = ticket.registration.event, {"capacity": 5, "days_to_pay": 14} | fields
        found: TicketType = make.attraction(event=event, price=price, **given).ticket_types.get()
        return found


def change_of(ticket: Ticket) -> str:
    return f"{order_page(ticket)}registrations/{ticket.registration_id}/change/"


def begun(ticket: Ticket) -> Order:
    with scope(ticket.organisation_id):
        return Order.objects.get(lines__registrations__replaces=ticket.registration_id)


def states(ticket: Ticket) -> list[str]:
    with scope(ticket.organisation_id):
        return list(Registration.objects.order_by("pk").values_list("state", flat=True))


def test_the_difference_is_shown_and_paid_in_the_ordinary_checkout(ticket: Ticket, visitor: Any) -> None:
    dearer, cheaper, same = another(ticket), another(ticket, "30"), another(ticket, "40")
    full = another(ticket, "40", capacity=0)
    with scope(ticket.organisation_id):
        Order.objects.update(confirmed_email="ada@example.org")
    assert change_of(ticket) in visitor.get(order_page(ticket)).content.decode()
    page = visitor.get(change_of(ticket))
    for type_, text in ((dearer, "€15.00 to pay"), (cheaper, "€10.00 goes back"), (same, "at the same price")):
        assert f"{type_.attraction} · Standard {text}" in words(page)
    assert f"{full.attraction} · Standard full" in words(page)

    answer = visitor.post(change_of(ticket), {"to": dearer.pk})

    order = begun(ticket)
    assert answer["Location"] == f"/orders/{order.secret}/payment/" and states(ticket) == ["completed", "filled_in"]
    payment = visitor.get(answer["Location"])
    assert "Pay €15.00" in words(payment) and "what was paid goes along" in words(payment)
    assert "Change attendees" not in words(payment)
    visitor.post(answer["Location"], {"method": "cash"})
    assert states(ticket) == ["cancelled", "completed"]
    old = visitor.get(f"{order_page(ticket)}")
    assert f"Changed for another ticket: order {order.number}" in words(old)


def test_what_costs_no_more_is_complete_at_once(ticket: Ticket, visitor: Any) -> None:
    answer = visitor.post(change_of(ticket), {"to": another(ticket, "30").pk})

    order = begun(ticket)
    assert answer["Location"] == f"/orders/{order.secret}/" and states(ticket) == ["cancelled", "completed"]
    assert "€10.00" in words(visitor.get(answer["Location"]))


def test_questions_of_the_other_one_come_before_the_payment(ticket: Ticket, visitor: Any) -> None:
    with scope(ticket.organisation_id):
        version = form_of({"shirt": "text"})
    to = another(ticket, form=version.form)

    answer = visitor.post(change_of(ticket), {"to": to.pk})

    order = begun(ticket)
    assert answer["Location"] == f"/orders/{order.secret}/data/1/"
    answer = visitor.post(answer["Location"], fields(visitor.get(answer["Location"])) | {"own-shirt": "M"})
    assert answer["Location"] == f"/orders/{order.secret}/payment/" and states(ticket) == ["completed", "filled_in"]


def test_a_rule_of_the_other_one_refuses_and_the_present_one_stays(ticket: Ticket, visitor: Any) -> None:
    to = another(ticket, "40")
    with scope(ticket.organisation_id):
        EligibilityRule.objects.create(attraction=to.attraction, key="member", settings={}, position=1)

    answer = visitor.post(change_of(ticket), {"to": to.pk})

    assert answer["Location"].endswith("/data/1/")
    assert "members" in words(visitor.get(answer["Location"]))
    assert states(ticket) == ["completed", "new"]


def test_what_filled_up_meanwhile_is_refused_in_words(ticket: Ticket, visitor: Any) -> None:
    to = another(ticket)
    with scope(ticket.organisation_id):
        to.attraction.pool.capacity = 0
        to.attraction.pool.save()

    answer = visitor.post(change_of(ticket), {"to": to.pk})

    assert answer.status_code == 422 and "not enough places left" in words(answer)
    assert visitor.post(change_of(ticket), {"to": "0"}).status_code == 422
    assert visitor.post(change_of(ticket)).status_code == 422
    assert states(ticket) == ["completed"]


def test_in_the_portal_too(ticket: Ticket, organisation: Any) -> None:
    to, ada = another(ticket, "40"), portal_of(organisation, ticket)
    address = f"/portal/registrations/{ticket.registration_id}/change/"
    assert address in ada.get("/portal/registrations/").content.decode()

    assert ada.post(address, {"to": to.pk}).status_code == 302

    assert states(ticket) == ["cancelled", "completed"]
    answer = ada.get(f"/portal/tickets/{ticket.pk}/")
    assert answer.status_code == 410 and "changed for another ticket" in words(answer)


def test_where_the_event_does_not_let_them_no_page_offers_it(organisation: Any, visitor: Any) -> None:
    with scope(organisation):
        ticket = bought(event=event_with_changes(may_change=False))

    assert change_of(ticket) not in visitor.get(order_page(ticket)).content.decode()
    assert visitor.get(change_of(ticket)).status_code == 409
