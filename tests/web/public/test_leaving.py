"""Cancelling by the rule of the event: behind the order's link, and in the portal (R6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import RefundTerm
from kring.registrations.models import Registration, Ticket
from tests.registrations.changing import bought, event_with_changes, fee, fresh, pass_on
from tests.web.public.test_passing_on import order_page, portal_of
from tests.web.reading import fields, words


@pytest.fixture
def ticket(organisation: Any) -> Ticket:
    with scope(organisation):
        return bought(event=event_with_changes(fee(5)), tickets=2)


def states(ticket: Ticket) -> list[str]:
    with scope(ticket.organisation_id):
        rows = Registration.objects.of_order(ticket.registration.line.order)
        return list(rows.values_list("state", flat=True))


def test_of_two_tickets_one_is_chosen_and_what_goes_back_is_shown_before(ticket: Ticket, visitor: Any) -> None:
    choose = f"{order_page(ticket)}cancellation/"
    assert choose in visitor.get(order_page(ticket)).content.decode()
    assert words(visitor.get(choose)).count("€35.00 goes back, €5.00 is kept") == 2

    page = visitor.get(choose, {"ticket": ticket.registration_id})
    assert "Cancel and get €35.00 back" in words(page) and "Fee, which is kept −€5.00" in words(page)
    answer = visitor.post(choose, {"ticket": ticket.registration_id, "seen": fields(page)["seen"]})

    assert answer.status_code == 302 and states(ticket) == ["cancelled", "completed"]
    assert "€35.00" in words(visitor.get(order_page(ticket)))
    # With one left, the order leads to it alone.
    assert choose not in visitor.get(order_page(ticket)).content.decode()


def test_both_at_once(ticket: Ticket, visitor: Any) -> None:
    choose = f"{order_page(ticket)}cancellation/"
    with scope(ticket.organisation_id):
        both = list(Registration.objects.values_list("pk", flat=True))
    assert "Choose at least one" in words(visitor.post(choose))

    page = visitor.get(choose, {"ticket": both})
    assert "Cancel and get €70.00 back" in words(page)

    assert visitor.post(choose, {"ticket": both, "seen": fields(page)["seen"]}).status_code == 302
    assert states(ticket) == ["cancelled", "cancelled"]
    # The same click again.
    assert visitor.post(choose, {"ticket": both, "seen": fields(page)["seen"]}).status_code == 302


@pytest.mark.parametrize("seen", ["40.00", "", "NaN", "sNaN", "a lot", "35.001"])
def test_where_it_is_not_what_was_shown_the_page_says_what_it_is_now_and_asks_again(
    ticket: Ticket, visitor: Any, seen: str
) -> None:
    address = f"{order_page(ticket)}registrations/{ticket.registration_id}/cancellation/"

    answer = visitor.post(address, {"seen": seen})

    assert answer.status_code == 409 and states(ticket) == ["completed", "completed"]
    assert "is €35.00 now" in words(answer) and fields(answer)["seen"] == "35.00"


def test_the_boundary_passes_between_looking_and_clicking(ticket: Ticket, visitor: Any) -> None:
    address = f"{order_page(ticket)}registrations/{ticket.registration_id}/cancellation/"
    shown = fields(visitor.get(address))["seen"]
    with scope(ticket.organisation_id):
        RefundTerm.objects.update(fee=10)

    again = visitor.post(address, {"seen": shown})
    assert again.status_code == 409 and "is €30.00 now" in words(again)

    assert visitor.post(address, {"seen": fields(again)["seen"]}).status_code == 302


def test_in_the_portal_too(ticket: Ticket, organisation: Any) -> None:
    ada, address = portal_of(organisation, ticket), f"/portal/registrations/{ticket.registration_id}/cancellation/"
    assert address in ada.get("/portal/registrations/").content.decode()

    assert ada.post(address, {"seen": fields(ada.get(address))["seen"]}).status_code == 302

    assert states(ticket) == ["cancelled", "completed"]
    answer = ada.get(f"/portal/tickets/{ticket.pk}/")
    assert answer.status_code == 410 and "was cancelled" in words(answer)


def test_who_has_it_from_somebody_else_cancels_and_reads_who_gets_the_money(ticket: Ticket, organisation: Any) -> None:
    with scope(organisation):
        pass_on(ticket)
    bo, address = portal_of(organisation, ticket), f"/portal/registrations/{ticket.registration_id}/cancellation/"

    assert "the person who paid the order (Ada Lovelace)" in words(bo.get(address))
    with scope(organisation):
        assert fresh(ticket).registration.attendee_name == "Bo Berg"


def test_where_the_event_does_not_let_them_no_page_offers_it(organisation: Any, visitor: Any) -> None:
    with scope(organisation):
        ticket = bought(event=event_with_changes(may_cancel=False))
    address = f"{order_page(ticket)}registrations/{ticket.registration_id}/cancellation/"

    assert "cancellation/" not in visitor.get(order_page(ticket)).content.decode()
    assert visitor.get(address).status_code == 409 and visitor.post(address, {"seen": "40"}).status_code == 409
    assert visitor.get(f"{order_page(ticket)}cancellation/").status_code == 409
