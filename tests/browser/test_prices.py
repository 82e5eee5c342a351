"""Who pays what, in a browser: the price follows what is chosen in the form (D2, R4)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kring.core.tenancy import scope
from kring.registrations.models import Registration
from tests import make
from tests.registrations.answering import form_of
from tests.registrations.codes import campaign
from tests.registrations.price_rules import rule, student


@pytest.fixture
def gala(organisation: Any) -> Any:
    with scope(organisation):
        made = make.attraction(event=make.event(name="Gala", slug="gala"), name="Gala", price="60.00")
        made.event.payment_options.create(method="cash")
        student(made.event)
        return made


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Congress association")


def buy_two(visit: Any, organisation: Any, **how: Any) -> Page:
    page: Page = visit(organisation, "/events/gala/", **how)
    page.get_by_label("How many: Standard").fill("2")
    page.get_by_role("button", name="Order tickets").click()
    return page


@pytest.mark.parametrize("phone", [False, True])
def test_jan_sees_that_marie_pays_less_as_soon_as_he_says_that_she_is_a_student(
    organisation: Any, gala: Any, visit: Any, check_page: Any, phone: bool
) -> None:
    page = buy_two(visit, organisation, phone=phone)
    expect(page.get_by_role("button", name="Continue: pay €120.00")).to_be_visible()

    page.get_by_label("Your name").fill("Jan Jansen")
    page.get_by_label("Your email").fill("jan@example.org")
    second = page.locator("section", has=page.get_by_role("heading", name="Ticket 2"))
    second.get_by_label("Name").fill("Marie de Vries")
    second.get_by_label("Profession").select_option(label="student")

    # In the summary, beside her ticket, and on the button.
    summary = page.get_by_label("Your order")
    expect(summary.get_by_text("Student")).to_be_visible()
    expect(summary.get_by_text("€96.00")).to_be_visible()
    expect(second.get_by_text("€36.00")).to_be_visible()
    expect(second.get_by_text("Student", exact=True).first).to_be_visible()
    go_on = page.get_by_role("button", name="Continue: pay €96.00")
    check_page(page)

    go_on.click()
    expect(page.get_by_role("heading", name="How do you want to pay?")).to_be_visible()
    expect(page.get_by_label("Your order").get_by_text("€96.00")).to_be_visible()
    with scope(organisation):
        held = Registration.objects.order_by("line__position").values_list("attendee_name", "line__amount")
        assert [(name, str(amount)) for name, amount in held] == [("Jan Jansen", "60.00"), ("Marie de Vries", "36.00")]
    page.get_by_role("button", name="Complete registration").click()
    expect(page.get_by_label("Your order").get_by_text("Student")).to_be_visible()


def test_without_scripts_the_next_step_says_it(organisation: Any, gala: Any, visit: Any) -> None:
    page = buy_two(visit, organisation, java_script_enabled=False)
    page.get_by_label("Your name").fill("Jan Jansen")
    page.get_by_label("Your email").fill("jan@example.org")
    second = page.locator("section", has=page.get_by_role("heading", name="Ticket 2"))
    second.get_by_label("Name").fill("Marie de Vries")
    second.get_by_label("Profession").select_option(label="student")
    page.get_by_role("button", name="Continue").click()

    summary = page.get_by_label("Your order")
    expect(summary.get_by_text("Student")).to_be_visible()
    expect(summary.get_by_text("€96.00")).to_be_visible()


def _before_the_date_of_birth(organisation: Any, visit: Any) -> Any:
    with scope(organisation):
        form = form_of({"birth_date": "date"}).form
        walk = make.attraction(event=make.event(name="Gala", slug="gala"), name="Walk", price="10.00", form=form)
        walk.event.payment_options.create(method="cash")
        rule(walk.event, "age", "fixed", "2.50", name="Child", settings={"youngest": None, "oldest": 11})
    page = visit(organisation, "/events/gala/")
    page.get_by_role("button", name="Order tickets").click()
    page.get_by_label("Your name").fill("Kim Vos")
    page.get_by_label("Your email").fill("kim@example.org")
    return page


def test_the_price_follows_the_date_of_birth_too(organisation: Any, visit: Any, check_page: Any) -> None:
    page = _before_the_date_of_birth(organisation, visit)
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Birth_Date").fill("2020-05-01")
    page.get_by_label("Birth_Date").blur()

    expect(page.get_by_label("Your order").get_by_text("Child")).to_be_visible()
    expect(page.get_by_role("button", name="Continue: pay €2.50")).to_be_visible()
    check_page(page)


def test_what_is_filled_in_before_the_scripts_are_there_counts(organisation: Any, visit: Any) -> None:
    page = _before_the_date_of_birth(organisation, visit)
    late: list[Any] = []
    page.route("**/*.js", lambda route: late.append(route))
    page.get_by_role("button", name="Continue").click(no_wait_after=True)
    page.get_by_label("Birth_Date").fill("2020-05-01")
    for each in late:
        each.continue_()
    page.unroute("**/*.js")

    expect(page.get_by_label("Your order").get_by_text("Child")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_who_has_a_code_sees_what_it_does_before_ordering_with_it(
    organisation: Any, gala: Any, visit: Any, check_page: Any, phone: bool
) -> None:
    with scope(organisation):
        campaign(gala.event)
    page = visit(organisation, "/events/gala/", phone=phone)
    page.get_by_label("How many: Standard").fill("2")

    page.get_by_text("I have a code").click()
    page.get_by_label("Code", exact=True).fill("frends")
    page.get_by_role("button", name="Use code").click()
    expect(page.get_by_text("This code does not count here, or not now.")).to_be_visible()
    check_page(page)

    # By the keyboard alone, too.
    page.get_by_label("Code", exact=True).fill("friends 26")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your code FRIENDS26")).to_be_visible()
    expect(page.get_by_label("How many: Standard")).to_have_value("2")
    expect(page.locator("[data-total]")).to_have_text("€60.00")
    check_page(page)

    page.get_by_role("button", name="Order tickets").click()
    summary = page.get_by_label("Your order")
    expect(summary.get_by_text("Friends")).to_be_visible()
    expect(summary.get_by_text("€120.00")).to_be_visible()
    check_page(page)


def test_without_scripts_a_code_works_by_its_link(organisation: Any, gala: Any, visit: Any) -> None:
    with scope(organisation):
        campaign(gala.event)
    page = visit(organisation, "/events/gala/?code=friends26", java_script_enabled=False)

    page.get_by_label("How many: Standard").fill("1")
    page.get_by_role("button", name="Order tickets").click()

    expect(page.get_by_label("Your order").get_by_text("Friends")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_staff_generates_codes(organisation: Any, gala: Any, visit: Any, check_page: Any, phone: bool) -> None:
    with scope(organisation):
        mine = campaign(gala.event)
        admin = make.staff("org_admin", name="Ada Admin")
    address = f"/organisation/events/{gala.event_id}/campaigns/{mine.pk}/"
    page = visit(organisation, address, user=admin, phone=phone)
    check_page(page)

    page.get_by_role("link", name="Generate codes").click()
    page.get_by_label("How many codes").fill("3")
    check_page(page)
    page.get_by_role("button", name="Generate codes").click()

    expect(page.get_by_text("3 codes have been generated.").first).to_be_visible()
    check_page(page)
