"""Composing a form in a real browser, and answering it: judged, by pointer, by keys, and without scripts (F1)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.forms import basic, form_editing
from kring.forms.answering import submit
from kring.forms.sheet import ChoiceWish, QuestionWish
from tests import make
from tests.browser.pages import until

DIET = QuestionWish(
    type="choice",
    label="Which diet do you keep?",
    name="diet",
    requirement="required",
    choices=(ChoiceWish("Everything"), ChoiceWish("Vegan", places=0), ChoiceWish("Something else", value="other")),
)
WORDS = QuestionWish(type="long_text", label="Tell us more", shown_if="diet", shown_if_values=("other",))
CONSENT = QuestionWish(type="file", label="Parents' consent", accepts=("pdf",), maximum=5, help="Signed by both.")
SWIMS = QuestionWish(type="yes_no", label="Can you swim?")


@pytest.fixture
def camp(site: Any) -> SimpleNamespace:
    organisation = make.organisation(name="Hufiec Kraków")
    with scope(organisation):
        form = form_editing.create_form("Camp", questions=[DIET, WORDS, CONSENT, SWIMS])
        attraction = make.attraction(form=form)
        basic.choose("scouts")
        admin = make.staff(Role.Name.ORG_ADMIN)
    return SimpleNamespace(organisation=organisation, form=form, attraction=attraction, admin=admin)


def address(camp: SimpleNamespace, page: str = "", *more: Any) -> str:
    name = f"manage:attraction_form{page and '_'}{page}"
    return reverse(name, urlconf="kring.web.urls", args=[camp.attraction.event_id, camp.attraction.pk, *more])


def names(camp: SimpleNamespace) -> list[str]:
    with scope(camp.organisation):
        return [question.name for question in camp.form.current.questions.all()]


@pytest.mark.parametrize("page", ["", "question_new", "versions", "version"])
def test_the_builder_passes_its_judges(camp: SimpleNamespace, visit: Any, check_page: Any, page: str) -> None:
    with scope(camp.organisation):
        submit(camp.form.current, {"diet": "other"})
    more = [1] if page == "version" else []
    check_page(visit(camp.organisation, address(camp, page, *more), user=camp.admin))


@pytest.mark.parametrize("page", ["question", "event_forms", "settings_forms", "basic_set"])
def test_so_do_the_pages_around_it(camp: SimpleNamespace, visit: Any, check_page: Any, page: str) -> None:
    given = {"event_forms": [camp.attraction.event_id], "settings_forms": [], "basic_set": ["general"]}
    where = (
        address(camp, "question", "diet")
        if page == "question"
        else reverse(f"manage:{page}", urlconf="kring.web.urls", args=given[page])
    )
    check_page(visit(camp.organisation, where, user=camp.admin))


def test_a_question_comes_and_goes_with_the_answer_it_depends_on(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin)
    preview = page.locator("#preview")
    expect(preview.get_by_label("Tell us more")).to_be_hidden()
    expect(preview.get_by_label("Vegan (full)")).to_be_disabled()

    preview.get_by_label("Something else").check()
    expect(preview.get_by_label("Tell us more")).to_be_visible()
    preview.get_by_label("Everything").check()
    expect(preview.get_by_label("Tell us more")).to_be_hidden()


def test_a_question_is_changed_in_its_place_and_seen_while_it_is_typed(
    camp: SimpleNamespace, visit: Any, check_page: Any
) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin)

    page.get_by_role("link", name="Change “Can you swim?”").click()
    page.locator("#edit-can_you_swim #id_label").wait_for()
    # Until then htmx does not listen to what came.
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)
    page.locator("#edit-can_you_swim #id_label").fill("How far can you swim?")
    page.locator("#preview").get_by_text("How far can you swim?").wait_for()
    assert names(camp) == ["diet", "tell_us_more", "parents_consent", "can_you_swim"]
    check_page(page)
    page.get_by_role("button", name="Save question").click()

    page.locator(".question-item").get_by_text("How far can you swim?").wait_for()
    expect(page.locator(".question-edit:not(:empty)")).to_have_count(0)


def test_what_is_wrong_is_said_in_place(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin)

    page.get_by_role("link", name="Add question").click()
    expect(page.locator("#edit-new .card-body")).to_be_visible()
    assert page.locator("#edit-new .card-body").evaluate("body => parseFloat(getComputedStyle(body).paddingLeft)") >= 12
    page.locator("#edit-new #id_label").fill("Diet")
    page.locator("#edit-new .fold > summary").click()
    page.locator("#edit-new #id_name").fill("diet")
    page.get_by_role("button", name="Add question").click()

    page.locator("#edit-new .error-summary").get_by_text("already has a question with the name").wait_for()
    expect(page.locator("#edit-new #id_label")).to_have_value("Diet")


def test_choices_get_another_row_by_enter_and_change_places(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp, "question_new"), user=camp.admin)
    page.locator("#id_label").fill("Tent")
    page.locator("#id_type").select_option("choice")
    labels = page.locator("[data-choice-row]:visible [name$=-label]")
    expect(labels).to_have_count(2)

    labels.nth(0).fill("Big")
    labels.nth(1).fill("Small")
    labels.nth(1).press("Enter")
    labels.nth(2).fill("None")
    page.get_by_role("button", name="Move this choice up").nth(2).click()
    page.get_by_role("button", name="Add question").click()

    page.locator(".question-item", has_text="Tent").wait_for()
    with scope(camp.organisation):
        tent = camp.form.current.questions.get(name="tent")
        assert [choice.label for choice in tent.choices.all()] == ["Big", "None", "Small"]


def test_questions_are_dragged(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin)
    grips, first = page.locator("[data-grip]"), page.locator("[data-question]").first.bounding_box()

    grips.nth(3).hover()
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 30, steps=4)
    page.mouse.move(first["x"] + 40, first["y"] + 5, steps=2)
    page.mouse.up()

    page.locator("[data-question]").first.get_by_text("Can you swim?").wait_for()
    assert names(camp)[0] == "can_you_swim"


def test_and_moved_by_keys_which_keep_the_focus(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin)

    page.get_by_role("button", name="Move “Can you swim?” up").focus()
    with page.expect_response(lambda response: "position" in response.url):
        page.keyboard.press("Enter")

    page.locator("[data-question]").nth(2).get_by_text("Can you swim?").wait_for()
    until(page, "document.activeElement?.id === 'up-can_you_swim'")


def test_all_of_it_works_without_a_script(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin, java_script_enabled=False)
    expect(page.get_by_text("Only if you answered “Which diet do you keep?” with: Something else")).to_be_visible()

    page.get_by_role("button", name="Move “Can you swim?” up").click()
    assert names(camp)[2] == "can_you_swim"
    page.get_by_role("link", name="Add question").click()
    page.locator("#id_label").fill("Tent")
    page.locator("#id_type").select_option("choice")
    page.locator("#id_choices-0-label").fill("Big")
    page.locator("#id_choices-1-label").fill("Small")
    page.get_by_role("button", name="Add question").click()

    expect(page.locator(".question-item", has_text="Tent")).to_be_visible()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(camp: SimpleNamespace, visit: Any) -> None:
    page = visit(camp.organisation, address(camp), user=camp.admin)
    chosen = page.locator("#preview input[type=file]")

    chosen.set_input_files({"name": "big.pdf", "mimeType": "application/pdf", "buffer": bytes(6 * 1024 * 1024)})

    page.get_by_text("This file is larger than 5 MB.").wait_for()
    expect(chosen).to_have_value("")
