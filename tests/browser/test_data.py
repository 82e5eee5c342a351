"""Answering an organiser's questions, on the way to a ticket, in a browser (F1, Q1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kring.core.tenancy import scope
from kring.events.programme import add_session
from kring.forms import basic, form_editing
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.registrations.models import Registration
from tests import make

QUESTIONS = (
    QuestionWish(label="Do you have allergies?", name="allergies", type="yes_no", requirement="required"),
    QuestionWish(
        label="To what?",
        name="allergies_to",
        type="long_text",
        requirement="required",
        shown_if="allergies",
        shown_if_values=("yes",),
    ),
    QuestionWish(
        label="Shirt",
        name="shirt",
        type="choice",
        requirement="required",
        choices=(ChoiceWish("Medium", "m", places=3), ChoiceWish("Large", "l", places=1)),
    ),
    QuestionWish(
        label="What do you like?", name="likes", type="choices", choices=(ChoiceWish("Song"), ChoiceWish("Maps"))
    ),
    QuestionWish(label="Arrival", name="arrival", type="date", help="You can come a day before."),
    QuestionWish(label="Permission", name="permission", type="file", accepts=("pdf",)),
    QuestionWish(label="I agree that my data are kept.", name="agreed", type="consent", requirement="required"),
)


@pytest.fixture
def camp(transactional_db: None) -> Any:
    organisation = make.organisation(name="Scouts")
    with scope(organisation):
        basic.choose("general")
        form = form_editing.create_form("Camp", questions=QUESTIONS)
        made = make.attraction(event=make.event(name="Camp", slug="camp"), name="Camp", form=form, capacity=9)
        start = made.event.starts_at
        add_session(made, name="Maps", room="Tent", starts_at=start, ends_at=start + timedelta(hours=1), places=3)
    made.organisation = organisation
    return made


def to_the_questions(visit: Any, camp: Any, **context: Any) -> Page:
    page = visit(camp.organisation, "/events/camp/", **context)
    page.get_by_role("spinbutton").fill("1")
    page.get_by_role("button", name="Register").click()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your email").fill("ada@example.org")
    page.get_by_role("button", name="Complete registration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About Ada Lovelace")
    return page


def fill_in(page: Page) -> None:
    for label, value in (("Street and number", "Square 1"), ("Postal code", "1234 AB"), ("City", "Breda")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Medium").check()
    page.get_by_label("I agree that my data are kept.").check()


def state_and_answers(camp: Any) -> tuple[str, dict]:
    with scope(camp.organisation):
        registration = Registration.objects.select_related("submission").get()
        return registration.state, registration.submission.answers


def test_the_questions_pass_their_judges_filled_in_wrong_or_not_at_all(visit, camp, check_page):
    page = to_the_questions(visit, camp)
    check_page(page)

    page.get_by_role("button", name="Complete registration").click()

    expect(page.get_by_role("alert").first).to_contain_text("need your attention")
    check_page(page)


def test_a_question_appears_with_the_answer_it_waits_for(visit, camp):
    page = to_the_questions(visit, camp)
    expect(page.get_by_label("To what?")).to_be_hidden()

    page.get_by_role("group", name="Do you have allergies?").get_by_label("yes").check()
    page.get_by_label("To what?").fill("Nuts")
    page.get_by_role("checkbox", name="Maps").last.check()
    fill_in(page)
    page.get_by_role("button", name="Complete registration").click()

    expect(page.get_by_role("heading", level=2, name="Your ticket")).to_be_visible()
    state, answers = state_and_answers(camp)
    assert (state, answers["allergies_to"], answers["shirt"]) == ("completed", "Nuts", "m")
    with scope(camp.organisation):
        assert Registration.objects.get().session_bookings.count() == 1


def test_without_scripts_the_server_decides_what_was_asked(visit, camp):
    page = to_the_questions(visit, camp, java_script_enabled=False)

    page.get_by_label("no", exact=True).check()
    page.get_by_label("To what?").fill("This is not asked")
    fill_in(page)
    page.get_by_role("button", name="Complete registration").click()

    state, answers = state_and_answers(camp)
    assert (state, "allergies_to" in answers) == ("completed", False)


def test_on_a_phone_the_second_attendee_takes_over_the_answers_of_the_first(visit, camp, check_page):
    page = visit(camp.organisation, "/events/camp/", phone=True)
    page.get_by_role("spinbutton").fill("2")
    page.get_by_role("button", name="Register").click()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your email").fill("ada@example.org")
    page.get_by_label("Name", exact=True).locator("visible=true").fill("Bo Lovelace")
    page.get_by_label("Email", exact=True).locator("visible=true").fill("bo@example.org")
    page.get_by_role("button", name="Complete registration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About Ada Lovelace")
    page.get_by_role("group", name="Do you have allergies?").get_by_label("yes").check()
    page.get_by_label("To what?").fill("Nuts")
    page.get_by_label("Song").check()
    fill_in(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About Bo Lovelace")

    copy = page.get_by_role("button", name="Copy the answers of ticket 1 (Ada Lovelace)")
    assert copy.bounding_box()["y"] < page.get_by_label("Street and number").bounding_box()["y"]
    page.get_by_label("Arrival").fill("2026-12-05")
    copy.click()

    expect(page.get_by_text("have been copied")).to_be_in_viewport()
    expect(page.get_by_label("To what?")).to_have_value("Nuts")
    expect(page.get_by_label("Street and number")).to_have_value("Square 1")
    expect(page.get_by_label("Arrival")).to_have_value("2026-12-05")
    expect(page.get_by_label("Song")).to_be_checked()
    expect(page.get_by_label("I agree that my data are kept.")).not_to_be_checked()
    check_page(page)
    page.get_by_label("I agree that my data are kept.").check()
    page.get_by_role("button", name="Complete registration").click()

    expect(page.get_by_role("heading", level=2, name="Your 2 tickets")).to_be_visible()
    with scope(camp.organisation):
        answers = [each.submission.answers for each in Registration.objects.select_related("submission")]
    assert [each["allergies_to"] for each in answers] == ["Nuts", "Nuts"]
