"""The bank's files: read, decided line by line, undone; and whoever still owes is reminded (C4, C5)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from kring.banking import accounts, matching
from kring.banking.models import BankingSettings
from kring.core.tenancy import scope
from kring.demo.bank_statements import camt053
from tests import make
from tests.banking.booking import came, waiting
from tests.banking.statements import OURS, THEIRS, line, statement
from tests.dues.reminders import overdue, person
from tests.jobs import work


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Skating club", city="Utrecht", bank_account="NL44RABO0123456789")


@pytest.fixture
def treasurer(organisation: Any) -> Any:
    with scope(organisation):
        return make.staff("treasurer", name="Tine Treasurer")


def file(content: bytes, name: str = "camt053.xml") -> dict[str, Any]:
    return {"name": name, "mimeType": "text/xml", "buffer": content}


def test_lines_of_a_file_are_decided_and_undone(organisation: Any, treasurer: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        order = waiting("50")
        accounts.add(OURS, currency="EUR", by=None)
        BankingSettings.objects.create(books_by_itself=False)
    lines = [came("50.00", f"Contribution {order.number}", name="Ada Lovelace", iban=THEIRS), came("-9.95", "Charges")]

    page = visit(organisation, "/organisation/statements/", user=treasurer)
    check_page(page)
    page.get_by_label("Files").set_input_files(file(camt053([statement(*lines)])))
    page.get_by_role("button", name="Read files").click()
    expect(page.get_by_text("2 new lines")).to_be_visible()
    matching.match_all(organisation.pk)
    page.goto(page.url.split("lines/")[0])
    check_page(page)
    page.get_by_role("link", name="Go through them").click()
    check_page(page)
    page.get_by_role("link", name="Ada Lovelace").click()
    check_page(page)
    page.get_by_role("link", name="Divide it over orders").click()
    check_page(page)
    page.go_back()
    page.get_by_role("button", name="Book it so").click()
    expect(page.get_by_text("booked", exact=True)).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Next open line").click()
    page.get_by_role("link", name="Other purpose").click()
    page.get_by_label("What was it for?").fill("bank charges")
    check_page(page)
    page.get_by_role("button", name="Set aside").click()
    page.get_by_role("link", name="Undo").click()
    check_page(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is open again.")).to_be_visible()


def test_a_file_of_another_account_asks_first(organisation: Any, treasurer: Any, visit: Any, check_page: Any) -> None:
    page = visit(organisation, "/organisation/statements/", user=treasurer, phone=True)
    page.get_by_label("Files").set_input_files(file(camt053([statement(line("5.00"))])))
    page.get_by_role("button", name="Read files").click()
    expect(page.get_by_role("heading", name="Is this account yours?")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="No, do not use this file").click()
    check_page(page)
    page.get_by_role("button", name="Do not use this file").click()
    expect(page.get_by_text("The file is not used.")).to_be_visible()


def test_who_owes_is_reminded_and_letters_are_printed(
    organisation: Any, treasurer: Any, visit: Any, check_page: Any
) -> None:
    with scope(organisation):
        overdue(10, member=person(first_name="Ada", last_name="Lovelace"))
        overdue(10, member=person(first_name="Bo", last_name="Berg", email=""))

    page = visit(organisation, "/organisation/reminders/", user=treasurer)
    expect(page.get_by_text("There is no step yet")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Steps and settings").click()
    check_page(page)
    page.get_by_role("button", name="Add these three").click()
    expect(page.get_by_text("Three steps have been added.")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Add a step").click()
    check_page(page)
    page.goto(page.url.split("steps/")[0] + "?today=1")
    expect(page.get_by_role("heading", name="Will be reminded")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Send today's now").click()
    check_page(page)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("2 reminders are being sent.")).to_be_visible()
    with scope(organisation):
        work()
    page.goto(page.url.split("?")[0] + "letters/")
    expect(page.get_by_role("link", name="Bo Berg")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Bo Berg").click()
    check_page(page)
    page.get_by_role("link", name="Promised to pay").click()
    check_page(page)
    page.goto(page.url.split("payers/")[0] + "sent/")
    check_page(page)
