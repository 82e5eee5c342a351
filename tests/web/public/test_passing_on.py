"""Attendee or buyer pass a ticket on: behind the order's link, and in the portal (R6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.models import Profile
from kring.core.tenancy import scope
from kring.registrations.models import Registration, Ticket
from tests.registrations.changing import bought, event_with_changes, fresh, pass_on
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


@pytest.fixture
def ticket(organisation: Any) -> Ticket:
    with scope(organisation):
        return bought()


def order_page(ticket: Ticket) -> str:
    return f"/orders/{ticket.registration.line.order.secret}/"


def of_order(ticket: Ticket) -> str:
    return f"{order_page(ticket)}registrations/{ticket.registration_id}/passing-on/"


def portal_of(organisation: Any, ticket: Ticket) -> Any:
    browser = browser_on(organisation)
    with scope(organisation):
        attendee = fresh(ticket).registration.attendee
        Profile.objects.get_or_create(user=attendee)
    browser.force_login(attendee)
    return browser


def test_the_page_of_the_order_leads_there_and_says_whose_the_ticket_is_then(ticket: Ticket, visitor: Any) -> None:
    assert of_order(ticket) in visitor.get(order_page(ticket)).content.decode()
    typed = fields(visitor.get(of_order(ticket))) | {"person-name": "Bo Berg", "person-email": "bo@example.org"}

    answer = visitor.post(of_order(ticket), typed)

    assert answer.status_code == 302 and answer["Location"] == order_page(ticket)
    page = visitor.get(order_page(ticket))
    assert "Passed on to Bo Berg" in words(page) and of_order(ticket) not in page.content.decode()
    assert "bo@example.org" not in words(page) and f"/tickets/{ticket.pk}.pdf" not in page.content.decode()
    # The same click again.
    assert visitor.post(of_order(ticket), typed).status_code == 302


def test_what_leads_to_the_ticket_of_the_other_person_is_closed_behind_the_link(ticket: Ticket, visitor: Any) -> None:
    with scope(ticket.organisation_id):
        pass_on(ticket)
    begin = f"{order_page(ticket)}registrations/{ticket.registration_id}/"

    assert visitor.get(f"{begin}correction/").status_code == 404
    assert visitor.get(f"{begin}cancellation/").status_code == 404
    assert visitor.get(f"{begin}sessions/").status_code == 404
    assert "already been passed on" in words(visitor.get(of_order(ticket)))
    document = visitor.get(f"{order_page(ticket)}tickets/{ticket.pk}.pdf")
    assert document.status_code == 410 and "passed on to somebody else" in words(document)


def test_in_the_portal_it_goes_from_one_to_the_other(ticket: Ticket, organisation: Any) -> None:
    ada = portal_of(organisation, ticket)
    address = f"/portal/registrations/{ticket.registration_id}/passing-on/"
    assert address in ada.get("/portal/registrations/").content.decode()
    typed = fields(ada.get(address)) | {"person-name": "Bo Berg", "person-email": "bo@example.org"}
    assert ada.post(address, typed).status_code == 302

    assert ada.get(address).status_code == 404
    for page in (f"/portal/tickets/{ticket.pk}/", f"/portal/tickets/{ticket.pk}.pdf"):
        answer = ada.get(page)
        assert answer.status_code == 410 and "passed on to somebody else" in words(answer)
    bo = portal_of(organisation, ticket)
    assert bo.get(f"/portal/tickets/{ticket.pk}/").status_code == 200
    assert bo.get(address).status_code == 200


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(ticket: Ticket, visitor: Any) -> None:
    typed = fields(visitor.get(of_order(ticket))) | {"person-name": "Ada Lovelace", "person-email": "ada@example.com"}

    answer = visitor.post(of_order(ticket), typed)

    assert answer.status_code == 422 and fields(answer)["person-email"] == "ada@example.com"
    assert "for this person already" in words(answer)


def test_where_the_event_does_not_let_them_no_page_offers_it(organisation: Any, visitor: Any) -> None:
    with scope(organisation):
        ticket = bought(event=event_with_changes(may_pass_on=False))

    assert of_order(ticket) not in visitor.get(order_page(ticket)).content.decode()
    assert visitor.get(of_order(ticket)).status_code == 409
    with scope(organisation):
        assert Registration.objects.get().attendee_name == "Ada Lovelace"
