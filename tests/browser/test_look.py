"""The look itself: our stylesheets, the main site, and the pages for when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kring.organisations import platform_settings
from kring.organisations.models import Organisation
from kring.plans.models import Plan
from tests import make

WEB = Path(__file__).parents[2] / "kring" / "web"
# Size containers and the size of fields by content are CSS that the checker has not learnt: what is inside is checked,
# they are not.
CONTAINER_RULE = re.compile(r"@container[^{]*\{")
CONTAINER_SIZES = re.compile(r"container-type|field-sizing|\dcq(w|h|min|max)\b")
STYLESHEETS = sorted(path for path in WEB.glob("static/*/*.css") if path.parent.name != "vendor")


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_stylesheets_are_valid(path, nu_checker):
    lines = CONTAINER_RULE.sub("@media all {", path.read_text()).splitlines()

    assert (
        nu_checker.errors_in_css("\n".join(line for line in lines if not CONTAINER_SIZES.search(line)).encode()) == []
    )


def test_the_first_page_of_the_main_site_is_for_everybody(visit, check_page, transactional_db):
    make.organisation(name="Svoranje", city="Utrecht")

    page = visit(None, "/")

    expect(page.get_by_role("link", name="Svoranje")).to_be_visible()
    check_page(page)


def test_prices_on_the_main_site_are_for_everybody(visit, check_page, transactional_db):
    platform_settings.change("plans_on", True)
    for number in range(3):
        Plan.objects.create(
            name=f"Club {number}", price=10, stripe_price_id=f"price_{number}", most_members=number or None
        )
    page = visit(None, "/")
    page.get_by_role("link", name="What it costs", exact=True).click()

    expect(page.get_by_role("heading", name="Club 2")).to_be_in_viewport()
    check_page(page)


@pytest.mark.parametrize("colour", ["#0B6FA8", "#FFD500", "#0A0A0A", "#FFFFFF", "#00C000"])
def test_any_colour_an_organisation_chooses_can_be_read(colour, visit, check_page, transactional_db):
    organisation = make.organisation(primary_colour=colour, accent_colour=colour)

    check_page(visit(organisation, "/accounts/login/"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/no-such-page/", "Page not found"),
        ("/accounts/login/", "Log in"),
        ("/accounts/signup/", "Create an account"),
        ("/accounts/password/reset/", "Forgotten password"),
    ],
)
def test_what_a_visitor_may_meet_is_in_order(path, words, visit, check_page, transactional_db):
    page = visit(make.organisation(), path)

    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    check_page(page)


def test_a_closed_site_says_so(visit, check_page, transactional_db):
    page = visit(make.organisation(status=Organisation.Status.BLOCKED), "/")

    expect(page.get_by_role("heading", level=1)).to_have_text("This site is closed")
    check_page(page)


def test_an_unknown_address_says_so(visit, check_page):
    page = visit("nobody", "/")

    expect(page.get_by_role("heading", level=1)).to_have_text("No organisation has this address")
    check_page(page)
