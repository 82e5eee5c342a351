"""The evening of a seller, with the keyboard alone (D4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kring.accounts.models import Role
from kring.box_office.models import Shift
from kring.core.tenancy import scope
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from tests import make, pdf


@pytest.fixture
def hall(site: Any) -> Any:
    organisation = make.organisation()
    with scope(organisation):
        attraction = make.attraction(event=make.event_today(name="Open evening"), price="12.50", capacity=100)
        make.ticket_type(attraction, name="Child", price="5")
        seller = make.staff(Role.Name.BOX_OFFICE)
    return organisation, seller


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focus(page: Page, selector: str) -> None:
    """By the tabulator alone."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No key leads to {selector}.")


def follow(page: Page, selector: str) -> None:
    """By the tabulator and Enter, to the next page: keys pressed before it is there would be lost."""
    focus(page, selector)
    with page.expect_navigation():
        press(page, "Enter")


def test_ten_tickets_for_cash_to_somebody_without_a_name_and_the_drawer_in_the_evening(
    visit: Callable[..., Page], hall: Any, check_page: Callable[..., None]
) -> None:
    organisation, seller = hall
    page = visit(organisation, "/organisation/box-office/", user=seller)
    check_page(page)
    focus(page, "[name=opening_cash]")
    page.keyboard.type("150")
    press(page, "Tab", "ArrowDown", "Tab", "Enter")
    expect(page.get_by_text("Your shift is open.")).to_be_visible()
    check_page(page)

    # The event has the focus, then its first ticket type: a number, and Enter sells.
    follow(page, ".lines a")
    expect(page.locator("[data-sum]")).to_have_text("€0.00")
    page.keyboard.type("10")
    expect(page.locator("[data-sum]")).to_have_text("€125.00")
    check_page(page)
    focus(page, "[data-given]")
    page.keyboard.type("150")
    expect(page.locator("[data-change]")).to_have_text("€25.00")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Sale")).to_be_visible()
    check_page(page)

    with scope(organisation):
        assert Registration.objects.filter(state="completed", attendee_name="").count() == 10
        expected = [codes.code_of(each) for each in Ticket.objects.order_by("pk")]
    assert page.evaluate("document.activeElement.textContent.trim()") == "Print tickets and receipt"
    assert pdf.codes_on(_paper(page)) == expected
    press(page, "Tab", "Enter")
    expect(page.locator("[data-sum]")).to_have_text("€0.00")

    # Another price with a reason, paid by card.
    focus(page, ".sale-others summary")
    press(page, "Enter")
    focus(page, "[name=other-type-0]")
    press(page, "ArrowDown", "Tab", "1", "Tab", "4")
    expect(page.locator("[data-sum]")).to_have_text("€4.00")
    press(page, "Tab")
    page.keyboard.type("Came on foot")
    focus(page, "[name=kind]:checked")
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_text("Came on foot")).to_be_visible()

    # The evening: counted, closed, and what is missing shown.
    follow(page, "a[href$='/box-office/']")
    follow(page, ".page-actions a:last-child")
    check_page(page)
    follow(page, "a[href$='/closing/']")
    focus(page, "[name=counted]")
    page.keyboard.type("274.50")
    press(page, "Enter")
    expect(page.get_by_text("does not add up")).to_be_visible()
    check_page(page)
    with scope(organisation):
        shift = Shift.objects.get()
        assert (shift.expected_cash, shift.difference) == (Decimal(275), Decimal("-0.50"))


def _paper(page: Page) -> bytes:
    """What the focused link opens in a tab of its own."""
    fetched = page.evaluate(
        "async () => Array.from(new Uint8Array(await (await fetch(document.activeElement.href)).arrayBuffer()))"
    )
    return bytes(fetched)


@pytest.mark.parametrize("width", [390, 820])
def test_it_fits_a_phone_and_a_tablet_and_works_without_a_script(
    visit: Callable[..., Page], hall: Any, width: int
) -> None:
    organisation, seller = hall
    size = {"width": width, "height": 900}
    page = visit(organisation, "/organisation/box-office/", user=seller, viewport=size, java_script_enabled=False)
    page.get_by_label("Cash in the drawer").fill("20")
    page.get_by_role("button", name="Open shift").click()
    page.get_by_role("link", name="Open evening").click()
    expect(page.get_by_label("Standard")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Standard").fill("2")
    page.get_by_role("button", name="Sell").click()

    expect(page.get_by_text("€25.00")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
