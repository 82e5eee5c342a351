"""The administration in a real browser: valid, accessible, in both widths, light and dark; and with its scripts."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from kring.accounts.models import Role, User
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.registrations.models import Registration
from tests import make, one_of_each
from tests.web.manage import routes

# One of each shape: numbers, list, list in a tab, detail, form, form with rows, question, frame, choices.
JUDGED = [
    *("dashboard", "registrations", "event_registrations", "event", "event_new", "attraction", "payment_options"),
    *("registration", "registration_cancellation", "order", "mail", "message", "event_door"),
    *("user", "settings", "audit", "wordings", "wording"),
]


@pytest.fixture
def office(site: Any) -> SimpleNamespace:
    organisation = make.organisation(name="Our Club")
    rows = one_of_each.of(organisation, make.user("vera@example.org", name="Vera Visitor"))
    world = SimpleNamespace(**{model._meta.model_name: row for model, row in rows.items()})
    with scope(organisation):
        world.staff = make.staff("door")
        world.admin = make.staff(Role.Name.ORG_ADMIN)
    world.organisation = organisation
    return world


@pytest.mark.parametrize("name", JUDGED)
def test_it_passes_its_judges(office: SimpleNamespace, visit: Any, check_page: Any, name: str) -> None:
    check_page(visit(office.organisation, routes.address(name, office), user=office.admin))


def test_the_list_follows_while_one_types(office: SimpleNamespace, visit: Any) -> None:
    page = visit(office.organisation, routes.address("registrations", office), user=office.admin)
    expect(page.get_by_role("link", name="Vera Visitor")).to_be_visible()

    page.get_by_role("searchbox").press_sequentially("nobody")

    page.get_by_text("Nothing matches your search").wait_for()
    expect(page).to_have_url(re.compile("q=nobody"))


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
@pytest.mark.parametrize("name", ["registrations", "orders"])
def test_a_list_fits_a_small_laptop(office: SimpleNamespace, visit: Any, name: str, language: str) -> None:
    User.objects.update(language=language)
    with scope(office.organisation):
        Event.objects.update(name="Congres Voedingsgeneeskunde", edition="2026")
        Order.objects.update(buyer_name="Anouk Hendriks-Brouwer", buyer_email="anouk.hendriks88@post.example")
        Registration.objects.update(attendee_email="anouk.hendriks88@post.example")

    path, laptop = routes.address(name, office), {"width": 1280, "height": 800}
    page = visit(office.organisation, path, user=office.admin, viewport=laptop)

    expect(page.locator("tbody tr").first).to_be_visible()
    assert page.locator(".table-box").evaluate("box => box.scrollWidth - box.clientWidth") == 0


def test_another_ticket_type_is_one_button_away(office: SimpleNamespace, visit: Any) -> None:
    with scope(office.organisation):
        Event.objects.update(state=Event.State.NEW)
    page = visit(office.organisation, routes.address("attraction", office), user=office.admin)
    expect(page.locator("[data-row]")).to_have_count(1)

    page.get_by_role("button", name="Another ticket type").click()
    page.locator("#id_days_to_pay").fill("7")
    page.locator("#id_types-1-name").fill("Student")
    page.get_by_role("button", name="Save attraction").click()

    page.get_by_text("Student").wait_for()


def test_the_form_with_rows_works_without_a_script(office: SimpleNamespace, visit: Any) -> None:
    with scope(office.organisation):
        Event.objects.update(state=Event.State.NEW)
    address = routes.address("attraction", office)
    page = visit(office.organisation, address, user=office.admin, java_script_enabled=False)

    page.locator("#id_days_to_pay").fill("7")
    page.locator("#id_types-1-name").fill("Student")
    page.get_by_role("button", name="Save attraction").click()

    expect(page.get_by_text("Student")).to_be_visible()


def test_the_text_of_a_mail_shows_how_it_looks_while_one_writes(office: SimpleNamespace, visit: Any) -> None:
    page = visit(office.organisation, routes.address("wording", office), user=office.admin)
    mail = page.frame_locator(".mail-frame")
    mail.get_by_text("Your ticket").wait_for()

    page.get_by_label("Subject").fill("Come to {event}")
    mail.get_by_text("Come to Day of the association").wait_for()
    page.get_by_label("Text").fill("{shoe_size}")
    mail.get_by_text("{shoe_size} is not a known placeholder.").wait_for()
    page.get_by_label("Text").fill("Here it is: {code}")
    mail.get_by_text("Here it is:").wait_for()
    expect(mail.get_by_role("img", name="QR")).to_be_visible()
    assert page.evaluate("history.length") == 2

    page.get_by_role("button", name="Save text").click()

    page.get_by_text("From now on, this text is used.").wait_for()
    mail.get_by_text("Here it is:").wait_for()
