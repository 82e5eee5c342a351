"""The pages of the platform's administrators, as they see them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.hosting import supporting
from kring.web.context import PLATFORM_MENU
from tests import make
from tests.web.platform.test_health import failed_job, mails


@pytest.fixture
def admin(transactional_db):
    return make.user(is_platform_admin=True)


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_the_menu_stands_in_one_line_at_a_desk(visit, admin, language):
    page = visit("portal", f"/platform/health/?lang={language}", user=admin)
    page.set_viewport_size({"width": 1280, "height": 900})

    menu = page.locator(".sub-nav ul")
    expect(page.locator(f"html[lang={language}]")).to_be_attached()
    expect(menu.get_by_role("link")).to_have_count(len(PLATFORM_MENU))
    expect(menu.locator("[aria-current=page]")).to_have_count(1)
    assert menu.evaluate("list => new Set([...list.children].map(each => each.offsetTop)).size") == 1
    assert menu.evaluate("list => list.scrollWidth <= list.clientWidth"), "Nothing of it is cut off."


def test_the_health_of_the_installation_is_seen_and_a_job_tried_again(visit, check_page, admin, organisation):
    failed_job(organisation)
    mails(organisation, failed=2, queued=1)
    page = visit("portal", "/platform/health/", user=admin)
    check_page(page)

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("hosting.count will be tried again.")).to_be_visible()


def test_support_access_begins_in_the_portal_and_is_seen_over_every_page_until_it_ends(
    visit, check_page, admin, organisation
):
    page = visit("portal", f"/platform/organisations/{organisation.pk}/support/", user=admin)
    check_page(page)
    page.get_by_label("Reason").fill("The import stands still.")
    page.get_by_label("How long").select_option("2")
    page.get_by_role("button", name="Begin support access", exact=True).click()
    expect(page.get_by_text("You have support access until")).to_be_visible()
    check_page(page)

    page = visit(organisation, "/organisation/", user=admin)
    bar = page.get_by_role("complementary", name="Support access")
    expect(bar).to_contain_text(f"Support access of {admin.name}")
    check_page(page)
    page.goto(page.url.replace("/organisation/", "/"))
    check_page(page)
    bar.get_by_role("button", name="End support access", exact=True).click()
    expect(page.get_by_text("The support access has ended.")).to_be_visible()
    expect(bar).to_be_hidden()


def test_an_administrator_of_the_organisation_forbids_it(visit, check_page, admin, organisation):
    supporting.grant(organisation, admin, reason="The import stands still.", hours=1)
    with scope(organisation):
        own = make.staff("org_admin")
    page = visit(organisation, "/organisation/support/", user=own)
    check_page(page)

    page.get_by_role("button", name="Forbid support access", exact=True).click()

    expect(page.get_by_role("button", name="Allow support access", exact=True)).to_be_visible()
    assert supporting.running(admin, organisation) is None
