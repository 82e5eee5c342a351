"""From a signed paper to the money: mandates, a collection that a second person releases, a return (C3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.direct_debit.models import CollectionRun, Mandate
from tests import make
from tests.direct_debit.collecting import IBAN, creditor, owed
from tests.dues import owing

PAPER = {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed %%EOF"}


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Skating club", city="Utrecht")


@pytest.fixture
def treasurer(organisation: Any) -> Any:
    with scope(organisation):
        return make.staff("treasurer", name="Tine Treasurer")


def test_a_signed_paper_becomes_a_mandate(organisation: Any, treasurer: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        make.member(first_name="Ada", last_name="Lovelace", email="ada@example.org")

    page = visit(organisation, "/organisation/mandates/", user=treasurer)
    check_page(page)
    page.goto(page.url + "accounts/")
    check_page(page)
    page.get_by_role("link", name="Add account").first.click()
    check_page(page)
    page.get_by_label("Name of the account").fill("Skating club")
    page.get_by_label("IBAN").fill("NL44RABO0123456789")
    page.get_by_label("Creditor identifier").fill("NL88ZZZ403419740000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Skating club, NL44 … 6789").first).to_be_visible()
    check_page(page)
    page.goto(page.url.replace("accounts/", "new/"))
    check_page(page)
    page.locator("main form input").first.fill("Ada")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Choose").click()
    check_page(page)
    page.get_by_label("IBAN").fill(IBAN)
    page.get_by_label("Account holder").fill("Ada Lovelace")
    page.get_by_label("Signed mandate").set_input_files(PAPER)
    page.get_by_label("Signed on").fill(timezone.localdate().isoformat())
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_text("NL91 … 4300").first).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Stop collecting").click()
    check_page(page)
    page.goto(page.url.replace("stopping/", "change/"))
    check_page(page)
    with scope(organisation):
        assert Mandate.objects.get().state == "active"


def test_a_collection_is_released_by_another_and_a_debit_returned(
    organisation: Any, treasurer: Any, visit: Any, check_page: Any
) -> None:
    with scope(organisation):
        creditor()
        owed("80.00")
        owing.contribution("12.00", member=make.member(first_name="Bo"))
        secretary = make.staff("members", name="Sam Secretary")

    page = visit(organisation, "/organisation/collections/", user=treasurer)
    check_page(page)
    page.get_by_role("link", name="New collection").click()
    page.get_by_role("button", name="Show dry run").click()
    expect(page.get_by_text("no mandate: 1")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Announce 1 debit").click()
    expect(page.get_by_text("Somebody else has to release it")).to_be_visible()
    check_page(page)

    other = visit(organisation, urlsplit(page.url).path, user=secretary)
    other.get_by_role("link", name="Release").click()
    check_page(other)
    other.get_by_role("button", name="Release").click()
    expect(other.get_by_role("button", name="Download file")).to_be_visible()

    page.reload()
    check_page(page)
    page.get_by_role("link", name="The bank has it").click()
    check_page(page)
    page.get_by_role("button", name="The bank has it").click()
    page.locator("main a[href$='/return/']").click()
    check_page(page)
    page.get_by_role("button", name="Note the return").click()
    expect(page.get_by_text("AM04").first).to_be_visible()
    check_page(page)
    page.goto(page.url.split("/collections/")[0] + "/collections/reasons/")
    check_page(page)
    with scope(organisation):
        assert CollectionRun.objects.get().debits.get().state == "returned"


def test_mandates_of_another_program_come_with_a_table(
    organisation: Any, treasurer: Any, visit: Any, check_page: Any
) -> None:
    with scope(organisation):
        creditor()
        for number, name in (("7", "Ada"), ("8", "Bo")):
            make.member(number=number, first_name=name, last_name="Lovelace", email=f"{name}@example.org")
    day = timezone.localdate().isoformat()
    heads = "Lidnummer;IBAN;Tenaamstelling;Kenmerk;Ondertekend op"
    rows = f"{heads}\n7;{IBAN};A. Lovelace;CLUB-7;{day}\n8;{IBAN};;club-7;{day}\n"
    table = {"name": "mandates.csv", "mimeType": "text/csv", "buffer": rows.encode()}

    page = visit(organisation, "/organisation/mandates/taking-over/", user=treasurer)
    check_page(page)
    page.get_by_role("link", name="From a file").click()
    check_page(page)
    page.get_by_label("File").set_input_files(table)
    page.get_by_role("button", name="Read file").click()
    expect(page.get_by_text("Row 2 has the same reference")).to_be_visible()
    page.get_by_text("Columns of the file").click()
    check_page(page)
    page.get_by_role("button", name="Take over 1 mandate").click()
    expect(page.get_by_text("The mandates have been taken over.")).to_be_visible()
    check_page(page)
    with scope(organisation):
        assert Mandate.objects.get().reference == "CLUB-7"
