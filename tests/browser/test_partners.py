"""A partner with three tickets hands out her link, in a browser; each page judged (D3)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.partners.models import PartnerQuota
from tests import make
from tests.partners.giving import take


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Congress association", city="Utrecht")


@pytest.fixture
def fair(organisation: Any) -> Any:
    with scope(organisation):
        attraction = make.attraction(event=make.event(name="Fair", slug="fair"), capacity=10, price="49.95")
        make.partner(name="Bakery", contact_email="petra@bakery.example")
        return attraction


def test_three_tickets_of_a_partner_are_given_away_and_the_fourth_is_refused(
    organisation: Any, fair: Any, visit: Any, check_page: Any
) -> None:
    with scope(organisation):
        admin = make.staff("org_admin", name="Ada Admin")
    page = visit(organisation, f"/organisation/events/{fair.event_id}/partners/", user=admin)
    check_page(page)
    page.get_by_role("link", name="Keep tickets").click()
    check_page(page)
    page.get_by_label("Number of tickets").fill("3")
    page.get_by_role("button", name="Keep tickets").click()
    expect(page.get_by_text("0 of 3 taken")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Bakery").first.click()
    check_page(page)
    page.get_by_role("button", name="Send link to contact").click()
    expect(page.get_by_text("The link is sent to petra@bakery.example.")).to_be_visible()
    with scope(organisation):
        quota = PartnerQuota.objects.with_what_a_page_shows().get()

    own_page = visit(organisation, f"/partners/{quota.partner.secret}/", phone=True)
    check_page(own_page)
    own_page.get_by_role("link", name="Give a ticket by name").click()
    check_page(own_page)
    own_page.get_by_label("Name").fill("Joost Molenaar")
    own_page.get_by_label("Email").fill("joost@example.org")
    own_page.get_by_role("button", name="Give ticket").click()
    expect(own_page.get_by_text("2 tickets left")).to_be_visible()

    link_page = visit(organisation, f"/partner-tickets/{quota.secret}/", phone=True)
    check_page(link_page)
    link_page.get_by_role("button", name="Take tickets").click()
    link_page.get_by_label("Your name").fill("Anna Nowak")
    link_page.get_by_label("Your email").fill("anna@example.org")
    link_page.get_by_role("button", name="Complete registration").click()
    expect(link_page.get_by_text("anna@example.org").first).to_be_visible()
    with scope(organisation):
        take(quota, name="Bob")

    late = visit(organisation, f"/partner-tickets/{quota.secret}/")
    expect(late.get_by_text("All tickets of Bakery are taken.")).to_be_visible()
    check_page(late)
    own_page.reload()
    expect(own_page.get_by_text("Joost Molenaar", exact=True)).to_be_visible()
    check_page(own_page)
    own_page.get_by_role("link", name="Take back (Joost Molenaar)").click()
    check_page(own_page)
    own_page.get_by_role("button", name="Take ticket back").click()
    expect(own_page.get_by_text("1 ticket left")).to_be_visible()
    with scope(organisation):
        take(quota, name="Carol")
        assert Message.objects.filter(template="partner-full").count() == 1
        assert Message.objects.filter(template="partner-full-staff", recipient=admin.email).count() == 1
