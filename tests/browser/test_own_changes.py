"""A mother passes her ticket on to a friend; another moves to a different workshop and pays the difference (R6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import RefundTerm
from kring.mail.models import Message
from kring.registrations.models import Registration
from tests import make
from tests.registrations.changing import bought


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Congress association", city="Utrecht")


@pytest.mark.parametrize("phone", [False, True])
def test_a_mother_passes_her_ticket_on_and_another_moves_and_pays_the_difference(
    organisation: Any, visit: Any, check_page: Any, phone: bool
) -> None:
    with scope(organisation):
        day = make.event(name="Workshops", slug="workshops")
        admin = make.staff("org_admin", name="Ada Admin")
        pottery = make.attraction(event=day, name="Pottery", price="40", capacity=5, days_to_pay=14)
        make.attraction(event=day, name="Weaving", price="55", capacity=5, days_to_pay=14)
        ticket = bought(attraction=pottery, tickets=2)
        order = ticket.registration.line.order
        Order.objects.update(confirmed_email="ada@example.org")

    page = visit(organisation, f"/organisation/events/{day.pk}/own-changes/", user=admin, phone=phone)
    check_page(page)
    for each in ("Pass a ticket on to somebody else", "Change the ticket for another one", "Cancel a ticket"):
        page.get_by_label(each).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: this is what participants may change.")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Change Refund terms").click()
    check_page(page)
    first = page.get_by_role("group", name="Term 1")
    first.get_by_label("Goes back").select_option("fee")
    page.get_by_role("button", name="Save").click()
    expect(first.get_by_text("How much is it?").first).to_be_visible()
    check_page(page)
    first.get_by_label("Per cent, or fee").fill("5")
    first.get_by_label("or days before the event").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("All but a fee of €5.00 until the event begins")).to_be_visible()
    check_page(page)

    page = visit(organisation, f"/orders/{order.secret}/", phone=phone)
    check_page(page)
    page.get_by_role("link", name="Pass on the ticket of Ada Lovelace").click()
    check_page(page)
    page.get_by_label("Name").fill("Bo Berg")
    page.get_by_role("textbox", name="Email").fill("bo@example.org")
    page.get_by_role("button", name="Pass the ticket on").click()
    expect(page.get_by_text("Passed on to Bo Berg", exact=True)).to_be_visible()
    check_page(page)
    page.goto(page.url + f"tickets/{ticket.pk}.pdf")
    expect(page.get_by_role("heading", name="This ticket is no longer valid")).to_be_visible()
    check_page(page)
    page.go_back()

    page.get_by_role("link", name="Change the ticket of Guest 1").click()
    check_page(page)
    page.get_by_label("Weaving").check()
    expect(page.get_by_text("€15.00 to pay")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Cash").check()
    expect(page.get_by_text("what was paid goes along")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Complete registration").click()
    expect(page.get_by_role("heading", name="See you at Workshops!")).to_be_visible()
    check_page(page)

    with scope(organisation):
        assert Message.objects.filter(template="ticket-passed-on", recipient="bo@example.org").count() == 1
        moved = Registration.objects.get(attraction__name="Weaving")
        assert (moved.state, moved.attendee_name, moved.line.amount) == ("completed", "Guest 1", Decimal(55))


def test_what_goes_back_is_shown_before_it_is_cancelled(organisation: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        day = make.event(name="Workshops", slug="workshops", may_cancel=True)
        RefundTerm.objects.create(event=day, days_before=0, fee=5)
        ticket = bought(event=day, tickets=2)
        secret = ticket.registration.line.order.secret

    page = visit(organisation, f"/orders/{secret}/", phone=True)
    page.get_by_role("link", name="Cancel tickets").click()
    check_page(page)
    page.get_by_label("Ada Lovelace").check()
    page.get_by_label("Guest 1").check()
    page.get_by_role("button", name="Continue").click()
    check_page(page)
    page.get_by_role("button", name="Cancel and get €70.00 back").click()
    expect(page.get_by_text("The registrations have been cancelled.")).to_be_visible()
    check_page(page)


def test_staff_pass_on_and_change_with_a_reason(organisation: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        day = make.event(name="Workshops", slug="workshops")
        admin = make.staff("org_admin", name="Ada Admin")
        make.attraction(event=day, name="Weaving", price="40", capacity=5, days_to_pay=14)
        ticket = bought(event=day)

    page = visit(organisation, f"/organisation/registrations/{ticket.registration_id}/", user=admin)
    page.get_by_role("link", name="Pass on", exact=True).click()
    check_page(page)
    page.get_by_label("Name").fill("Bo Berg")
    page.get_by_role("textbox", name="Email").fill("bo@example.org")
    page.get_by_label("Reason").fill("Asked by phone")
    page.get_by_role("button", name="Pass the ticket on").click()
    expect(page.get_by_text("The ticket has been passed on to Bo Berg")).to_be_visible()
    page.get_by_role("link", name="Change ticket", exact=True).click()
    check_page(page)
    page.get_by_label("Weaving").check()
    page.get_by_label("Reason").fill("Asked by phone")
    page.get_by_role("button", name="Change ticket").click()
    expect(page.get_by_text("The ticket has been changed; the new one is on its way.")).to_be_visible()
    check_page(page)
