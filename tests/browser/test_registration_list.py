"""The organiser's list in a real browser: search while typing, filters, columns, an email to a selection."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.mail.models import Message
from tests import make
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_registration

QUESTIONS = {"shirt": ("choice", {"m": "Medium", "l": "Large"}), "years": "number", "born": "date", "note": "long_text"}


@pytest.fixture
def rally(site: Any) -> SimpleNamespace:
    """Thirty people with answers."""
    organisation = make.organisation(name="Our Scouts")
    with scope(organisation):
        event, version = make.event(name="Rally"), form_of(QUESTIONS)
        for number in range(30):
            one = make_registration(
                event=event, attendee_name=f"Person {number:02}", attendee_email=f"p{number}@example.org"
            )
            one.attraction.form = version.form
            one.attraction.save()
            submit(one, version, shirt="ml"[number % 2], years=str(number), born="1999-05-0" + str(1 + number % 9))
        admin = make.staff(Role.Name.ORG_ADMIN, name="Ola Organiser")
    return SimpleNamespace(organisation=organisation, event=event, admin=admin)


def address(rally: SimpleNamespace, name: str = "event_registrations") -> str:
    return reverse(f"manage:{name}", urlconf="kring.web.urls", args=[rally.event.pk])


def opened(rally: SimpleNamespace, visit: Any, query: str = "", **options: Any) -> Any:
    return visit(rally.organisation, address(rally) + query, user=rally.admin, **options)


def test_the_list_with_its_tools_open_passes_its_judges(rally: Any, visit: Any, check_page: Any) -> None:
    page = opened(rally, visit, "?a.shirt=m&col=name&col=a.shirt&col=a.years&col=created_at&col=state")
    page.locator("summary", has_text="Columns").click()
    page.locator("summary", has_text="Views").click()

    check_page(page)


def test_answers_are_searched_while_one_types_and_the_address_says_so(rally: Any, visit: Any) -> None:
    page = opened(rally, visit)

    page.get_by_role("searchbox").press_sequentially("person 07")
    page.get_by_text("1 found").wait_for()

    expect(page.get_by_role("link", name="Person 07")).to_be_visible()
    expect(page).to_have_url(re.compile("q=person"))


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_columns_are_chosen_with_and_without_scripts(rally: Any, visit: Any, java_script_enabled: bool) -> None:
    page = opened(rally, visit, java_script_enabled=java_script_enabled)

    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Shirt").check()
    page.get_by_role("button", name="Show columns").click()

    page.get_by_role("columnheader", name="Shirt").wait_for()


def test_a_mail_is_shown_as_it_arrives_before_it_is_sent(rally: Any, visit: Any, check_page: Any) -> None:
    page = opened(rally, visit, "?a.shirt=m")
    page.get_by_label("all 15 found, selected or not").check()
    page.get_by_role("button", name="Send an email").click()

    page.get_by_label("Subject").fill("News of {event}")
    page.get_by_label("Text", exact=False).first.fill("Hello {name},\n\nbring **shoes**.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Hello Person 00,").wait_for()
    check_page(page)
    page.get_by_role("button", name="Send 15 emails").click()

    page.get_by_text("15 of 15 processed.").wait_for()
    check_page(page)
    again = opened(rally, visit)
    again.get_by_label("Select Person 29").check()
    again.get_by_role("button", name="Send an email").click()
    again.get_by_text("Use an earlier email").click()
    again.get_by_role("button", name="Use its text").click()
    again.get_by_text("Placeholders").wait_for()
    check_page(again)
    with scope(rally.organisation):
        assert Message.objects.count() == 15


def test_the_report_passes_its_judges(rally: Any, visit: Any, check_page: Any) -> None:
    page = visit(rally.organisation, address(rally, "event_report"), user=rally.admin)
    expect(page.get_by_role("img", name="Registrations by status")).to_be_visible()

    check_page(page)


def test_the_page_of_a_registration_passes_its_judges(rally: Any, visit: Any, check_page: Any) -> None:
    page = opened(rally, visit)
    page.get_by_role("link", name="Person 29").click()
    page.get_by_text("History").wait_for()

    check_page(page)
