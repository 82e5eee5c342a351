"""What surrounds every page: switches, menus, messages, forms; with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.organisations import audit, platform_settings
from tests import make


@pytest.fixture
def club(transactional_db):
    return make.organisation(name="The Club", subdomain="club")


@pytest.fixture
def administrator(club):
    with scope(club):
        return make.staff("org_admin", name="Ada Lovelace")


def test_dark_comes_at_once_and_what_was_typed_stays(visit, club):
    page = visit(club, "/accounts/login/")
    page.get_by_label("Email").fill("ada@example.org")

    page.get_by_role("link", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_label("Email")).to_have_value("ada@example.org")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("link", name="Same as system").click()
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", re.compile(""))


def test_language_and_appearance_need_no_script(visit, club):
    page = visit(club, "/accounts/login/?next=/portal/", java_script_enabled=False)

    page.get_by_role("link", name="Dark").click()
    page.get_by_role("link", name="Nederlands").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=(/|%2F)portal(/|%2F)$"))


def test_a_menu_obeys_the_keyboard(visit, club, administrator):
    page = visit(club, "/accounts/email/", user=administrator)
    opener = page.locator("summary", has_text="Ada Lovelace")

    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Administration")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Administration")).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_side_bar_opens_on_a_phone(scripts, visit, club, administrator):
    page = visit(club, "/organisation/", user=administrator, phone=True, java_script_enabled=scripts)
    events = page.get_by_role("navigation", name="Administration").get_by_role("link", name="Events")
    expect(events).to_be_hidden()

    page.get_by_role("button", name="Menu").click()

    expect(events).to_be_visible()


def test_what_is_wrong_has_the_focus_and_the_rest_stays(visit, club, check_page):
    page = visit(club, "/accounts/signup/")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Password", exact=False).first.fill("short")
    page.get_by_label("Password", exact=False).last.fill("short")

    page.get_by_role("button", name="Create an account").click()

    expect(page.get_by_text("need your attention").or_(page.get_by_text("needs your attention"))).to_be_visible()
    expect(page.locator("#id_password1")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value("ada@example.org")
    check_page(page)


def test_success_is_said_aloud_and_can_be_closed(visit, club, administrator):
    page = visit(club, "/accounts/login/")
    page.get_by_label("Email").fill(administrator.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()

    message = page.locator(".messages-floating[role=status] .message")
    expect(message).to_be_visible()
    message.get_by_role("button", name="Close").click()

    expect(message).to_have_count(0)


def test_a_double_click_sends_a_form_once(visit, club):
    page = visit(club, "/accounts/password/reset/")
    page.get_by_label("Email").fill("nobody@example.org")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)

    page.get_by_role("button", name="Send me the link").dblclick()

    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    assert len(sent) == 1


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"]
)
def test_the_pages_of_a_login_are_in_order(path, visit, club, administrator, check_page):
    check_page(visit(club, path, user=administrator))


def test_the_platforms_list_is_in_order(visit, club, check_page):
    check_page(visit("portal", "/platform/", user=make.user(is_platform_admin=True)))


@pytest.mark.parametrize("path", ["settings/", "settings/operator_name/", "settings/own/new/", "log/"])
def test_the_platforms_settings_and_log_are_in_order(visit, club, check_page, path):
    admin = make.user(is_platform_admin=True)
    with audit.acting(admin, ip="192.0.2.7"):
        platform_settings.change("operator_name", "De Toren")
        platform_settings.add("rack", "B 12", "Where it stands", is_secret=False)

    check_page(visit("portal", f"/platform/{path}", user=admin))


def test_the_question_before_closing_a_site_is_in_order(visit, club, check_page):
    admin = make.user(is_platform_admin=True)

    page = visit("portal", f"/platform/organisations/{club.pk}/blocking/", user=admin)

    check_page(page)
    page.get_by_label("Reason").fill("It has not paid.")
    page.get_by_role("button", name="Close site").click()
    expect(page.get_by_text("The site of The Club is closed.")).to_be_visible()
