"""The treasurer says what members owe, asks for it, and sees who has not paid; a mother pays in the portal (C1, C2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kring.core.tenancy import scope
from kring.dues.models import Contribution, DuesPaymentOption, DuesSettings, FeeTable
from kring.members.models import MembershipType
from tests import make
from tests.direct_debit.collecting import IBAN, creditor
from tests.dues import owing
from tests.jobs import work
from tests.web.my.families import family

YEAR = timezone.localdate().year


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Skating club", city="Utrecht", bank_account="NL44RABO0123456789")


@pytest.fixture
def treasurer(organisation: Any) -> Any:
    with scope(organisation):
        return make.staff("treasurer", name="Tine Treasurer")


def test_fees_are_entered_and_tried(organisation: Any, treasurer: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        kind = MembershipType.objects.create(name="Youth")
        make.member(first_name="Liv", last_name="Groot", birth_date=date(YEAR - 9, 3, 5), type=kind)

    page = visit(organisation, "/organisation/fees/", user=treasurer)
    check_page(page)
    page.get_by_role("link", name="New fee table").click()
    check_page(page)
    page.get_by_label("Membership type").select_option(label="Youth")
    page.get_by_label("For periods from").fill(f"{YEAR}-01-01")
    page.get_by_label("First day of a period").fill(f"{YEAR}-01-01")
    page.locator("[name=amount_1]").fill("98")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("€98.00")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="For more children of a household").click()
    check_page(page)
    page.goto(page.url.split("reductions/")[0] + "check/")
    page.get_by_label("Member", exact=True).fill("Liv")
    page.get_by_role("button", name="Work out").click()
    expect(page.get_by_text("€98.00").first).to_be_visible()
    check_page(page)


def test_a_run_makes_contributions_and_one_is_corrected_and_waived(
    organisation: Any, treasurer: Any, visit: Any, check_page: Any
) -> None:
    with scope(organisation):
        kind = MembershipType.objects.create(name="Adults")
        table = FeeTable.objects.create(
            type=kind, valid_from=date(2020, 1, 1), period="year", begins_on=date(2020, 1, 1)
        )
        table.rows.create(from_age=0, amount=120)
        make.member(first_name="Ada", last_name="Lovelace", email="ada@example.org", type=kind)
        make.member(first_name="Bo", last_name="Typeless")

    page = visit(organisation, "/organisation/contributions/", user=treasurer, phone=True)
    check_page(page)
    page.get_by_role("link", name="Make contributions").first.click()
    check_page(page)
    page.get_by_role("button", name="Show what it would make").click()
    expect(page.get_by_text("Left out: 1 member")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Make 1 contribution").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    with scope(organisation):
        work()
    page.reload()
    check_page(page)
    page.get_by_role("link", name="Its contributions").click()
    check_page(page)
    page.get_by_role("link", name="Lovelace, Ada").click()
    check_page(page)
    page.get_by_role("link", name="Correct", exact=True).click()
    check_page(page)
    page.get_by_label("New amount").fill("100")
    page.get_by_label("Reason").fill("joined late")
    page.get_by_role("button", name="Correct", exact=True).click()
    expect(page.get_by_text("Costs now")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Waive").click()
    check_page(page)
    page.get_by_label("Reason").fill("ill")
    page.get_by_role("button", name="Waive").click()
    expect(page.get_by_text("waived").first).to_be_visible()
    check_page(page)


def test_the_treasurer_sees_who_has_not_paid(organisation: Any, treasurer: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        long_ago = timezone.localdate() - timedelta(days=100)
        one = owing.contribution(member=make.member(first_name="Ada", last_name="Lovelace"), due_on=long_ago)
        owing.contribution(member=make.member(first_name="Bo"), due_on=long_ago, kind="entry")
        owing.pending(one.order, "30.00")

    page = visit(organisation, f"/organisation/dues/?year={long_ago.year}", user=treasurer)
    expect(page.get_by_role("heading", name="By membership type")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Who has not paid").click()
    check_page(page)
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(page.get_by_role("heading", name="Movements")).to_be_visible()
    check_page(page)
    page.goto(page.url.split("payers/")[0] + "books/")
    check_page(page)


@pytest.fixture
def mother(organisation: Any) -> Any:
    """Eva, who pays 80 for herself and for her daughter on one bill."""
    home = family(organisation)
    with scope(organisation):
        creditor()
        DuesSettings.objects.create(instalments=2, months_between=2)
        DuesPaymentOption.objects.create(
            method="transfer", settings={"account": "NL44RABO0123456789", "holder": "Skating club"}
        )
        due_on = timezone.localdate() + timedelta(days=30)
        owing.contribution(member=home.eva, due_on=due_on)
    return home.users[0]


def follow_bill(page: Page) -> None:
    page.get_by_role("link", name="View and pay").click()
    expect(page.get_by_role("heading", name="Your contribution")).to_be_visible()


@pytest.mark.parametrize("phone", [True])
def test_a_mother_pays_in_parts(organisation: Any, mother: Any, visit: Any, check_page: Any, phone: bool) -> None:
    page = visit(organisation, "/portal/dues/", user=mother, phone=phone)
    check_page(page)
    follow_bill(page)
    check_page(page)
    page.get_by_label("In 2 parts, the first now").check()
    page.get_by_label("Bank transfer").check()
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_text("Please pay €40.00")).to_be_visible()
    check_page(page)
    page.goto(page.url.split("payments/")[0])
    expect(page.get_by_role("table", name="Instalments")).to_be_visible()
    check_page(page)


def test_a_mother_gives_a_mandate_in_the_portal(organisation: Any, mother: Any, visit: Any, check_page: Any) -> None:
    page = visit(organisation, "/portal/mandates/", user=mother)
    check_page(page)
    page.get_by_role("link", name="Give a mandate").click()
    check_page(page)
    page.get_by_label("IBAN").fill(IBAN)
    page.get_by_role("checkbox").check()
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_text("NL91 … 4300")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Withdraw").click()
    check_page(page)
    page.goto(page.url.split("/portal/")[0] + "/portal/accounts/")
    check_page(page)
    with scope(organisation):
        assert Contribution.objects.get().state == "open"
