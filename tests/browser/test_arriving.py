"""Registering an organisation: in the browser, on a phone and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.organisations import platform_settings
from kring.web.site import register_form
from tests import make
from tests.accounts.test_arriving import token_for


@pytest.fixture(autouse=True)
def open_for_approval(transactional_db, monkeypatch):
    platform_settings.change("organisations_register", "approval")
    platform_settings.change("terms_url", "https://kring.example/terms/")
    # The browser types faster than people do.
    monkeypatch.setattr(register_form, "FASTEST", 0)


def fill(page, address):
    page.get_by_label("Name of the organisation").fill("Schaakclub De Toren")
    page.get_by_label("City").fill("Zeist")
    page.get_by_label("Country").select_option("NL")
    page.get_by_label("Your name").fill("Ada Bakker")
    page.get_by_label("Your email").fill("ada@detoren.example")
    page.get_by_label("Address", exact=False).fill(address)
    page.get_by_label("I accept").check()


def test_from_the_form_to_the_first_page(visit, check_page, site):
    make.organisation(subdomain="detoren")
    page = visit(None, "/")
    page.get_by_role("link", name="Register an organisation").first.click()
    check_page(page)
    fill(page, "det0ren")
    expect(page.locator("#address-check")).to_contain_text("looks too much like")
    expect(page.locator("#address-check")).to_contain_text("schaakclub-de-toren")
    check_page(page)
    page.get_by_label("Address", exact=False).fill("toren")
    expect(page.locator("#address-check")).to_contain_text("is free")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Look at your email")).to_be_visible()
    check_page(page)

    page.goto(site.url(None, f"/register/{token_for()}/"))
    check_page(page)
    page.get_by_role("button", name="Confirm registration", exact=True).click()
    expect(page.get_by_role("heading", name="Schaakclub De Toren is registered")).to_be_visible()
    check_page(page)

    page.get_by_role("link", name="Set a password").click()
    for name in ("new_password1", "new_password2"):
        page.locator(f"input[name={name}]").fill("correct horse battery")
    page.locator("input[name=new_password2]").press("Enter")
    expect(page).to_have_url(re.compile(r"//toren\..*/organisation/$"))
    expect(page.get_by_text("Schaakclub De Toren is not active yet")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Add sample data", exact=True).click()
    check_page(page)
    page.get_by_role("button", name="Add sample data", exact=True).click()
    expect(page.get_by_text("The sample data is there")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Remove sample data", exact=True).click()
    expect(page.get_by_text("Removed for good: Sample event")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Remove sample data", exact=True).click()
    expect(page.get_by_text("The sample data has been removed.")).to_be_visible()
    page.get_by_role("button", name="Hide first steps", exact=True).click()
    expect(page.get_by_text("First steps")).to_be_hidden()


def test_what_is_wrong_stands_at_its_field_without_scripts(visit):
    page = visit(None, "/register/", java_script_enabled=False)
    fill(page, "www")

    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.locator("#id_subdomain_error").filter(has_text="is kept for the platform")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Ada Bakker")


def test_a_link_that_is_over_leads_to_the_form(visit, check_page):
    page = visit(None, "/register/made-up/")

    check_page(page)
    page.get_by_role("link", name="Register an organisation").last.click()
    expect(page.get_by_label("Name of the organisation")).to_be_visible()


def test_the_platform_refuses_one(visit, check_page):
    club = make.organisation(name="The Club", status="new")
    page = visit("portal", f"/platform/organisations/{club.pk}/", user=make.user(is_platform_admin=True))
    page.get_by_role("link", name="Refuse", exact=True).click()
    check_page(page)

    page.get_by_label("Reason").fill("There is no such club.")
    page.get_by_role("button", name="Refuse registration", exact=True).click()

    expect(page.get_by_text("The site of The Club is closed.")).to_be_visible()
    club.refresh_from_db()
    assert club.status == "blocked"


def test_a_preview_says_that_it_waits(visit, check_page):
    club = make.organisation(name="The Club", status="new")
    with scope(club):
        administrator = make.staff("org_admin")

    page = visit(club, "/", user=administrator, phone=True)

    expect(page.get_by_text("The Club is not active yet")).to_be_visible()
    check_page(page)
