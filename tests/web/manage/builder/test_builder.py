"""Composing forms in the administration (F1, F3, F5)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.eligibility import ruling
from kring.forms import basic, form_editing
from kring.forms.answering import submit
from kring.forms.models import Form
from kring.forms.sheet import ChoiceWish, QuestionWish
from tests import make
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db

NO_CHOICES = {"choices-TOTAL_FORMS": "0", "choices-INITIAL_FORMS": "0"}
DIET = QuestionWish(
    type="choice",
    label="Diet",
    choices=(ChoiceWish("Everything"), ChoiceWish("Vegan", places=3)),
    requirement="required",
)


@pytest.fixture
def attraction(organiser: Staff) -> Any:
    with scope(organiser.organisation):
        form = form_editing.create_form("Camp", questions=[DIET, QuestionWish(label="Allergies")])
        return make.attraction(form=form)


def where(attraction: Any, *more: Any) -> tuple[Any, ...]:
    return (attraction.event_id, attraction.pk, *more)


def names(organisation: Any, form: Form) -> list[str]:
    with scope(organisation):
        return [question.name for question in form.current.questions.all()]


def test_the_builder_shows_questions_and_how_they_look(organiser: Staff, attraction: Any) -> None:
    page = text(organiser.page("attraction_form", *where(attraction)))

    assert "Diet required" in page
    assert "Vegan 0 of 3" in page
    assert "Vegan (3 places left)" in page


def test_a_question_is_added(organiser: Staff, attraction: Any) -> None:
    sent = {"type": "text", "label": "How do you travel?", "requirement": "optional", **NO_CHOICES}

    answer = organiser.post(url("attraction_form_question_new", *where(attraction)), sent)

    assert answer.status_code == 302
    assert names(organiser.organisation, attraction.form) == ["diet", "allergies", "how_do_you_travel"]


def test_a_question_that_rules_know_is_offered_by_what_it_is_and_serves_the_rule(
    organiser: Staff, attraction: Any
) -> None:
    assert 'value="birth_date">Date of birth<' in organiser.page("attraction_form", *where(attraction)).content.decode()

    organiser.post(url("attraction_form_known", *where(attraction)), {"name": "birth_date"})

    assert names(organiser.organisation, attraction.form) == ["diet", "allergies", "birth_date"]
    page = organiser.page("attraction_form", *where(attraction))
    assert 'value="birth_date"' not in page.content.decode()
    assert "Date of birth" in text(page)
    with scope(organiser.organisation):
        attraction.event.state = "new"
        attraction.event.save()
        ruling.add_rule(attraction.event, attraction, "age", {"youngest": 16, "oldest": None})
        assert ruling.never_met(attraction.event) == []


@pytest.mark.parametrize("name", ["", "shoe_size", "diet", "first_name"])
def test_what_is_asked_already_or_unknown_is_not_offered(organiser: Staff, attraction: Any, name: str) -> None:
    with scope(organiser.organisation):
        basic.choose("scouts")

    answer = organiser.post(url("attraction_form_known", *where(attraction)), {"name": name}, follow=True)

    assert "Choose a question first." in text(answer)
    assert names(organiser.organisation, attraction.form) == ["diet", "allergies"]


def test_the_event_says_which_forms_it_asks(organiser: Staff, attraction: Any) -> None:
    with scope(organiser.organisation):
        basic.choose("scouts")

    page = text(organiser.page("event_forms", attraction.event_id))

    assert "Camp · 2 questions · answered 0 times" in page
    assert "Membership card number" in page


def sent(**changes: Any) -> dict[str, Any]:
    return {"type": "text", "label": "Shoe size", "requirement": "optional", **NO_CHOICES} | changes


def test_a_question_is_changed_with_its_choices(organiser: Staff, attraction: Any) -> None:
    rows = {
        "choices-TOTAL_FORMS": "4", "choices-INITIAL_FORMS": "2",
        "choices-0-value": "everything", "choices-0-label": "All", "choices-0-ORDER": "2",
        "choices-1-value": "vegan", "choices-1-label": "Vegan", "choices-1-DELETE": "on", "choices-1-ORDER": "1",
        "choices-2-label": "Fish", "choices-2-places": "5", "choices-2-ORDER": "1",
        "choices-3-label": "", "choices-3-ORDER": "",
    }  # fmt: skip
    data = sent(type="choice", label="Diet?", name="diet") | rows

    assert organiser.post(url("attraction_form_question", *where(attraction, "diet")), data).status_code == 302

    with scope(organiser.organisation):
        diet = attraction.form.current.questions.get(name="diet")
        assert diet.label == "Diet?"
        found = [(choice.value, choice.label, choice.pool and choice.pool.capacity) for choice in diet.choices.all()]
        assert found == [("fish", "Fish", 5), ("everything", "All", None)]


def test_a_condition_is_chosen_among_the_answers_there_are(organiser: Staff, attraction: Any) -> None:
    data = sent(shown_if="diet", shown_if_values=["diet=vegan"])

    organiser.post(url("attraction_form_question_new", *where(attraction)), data)

    with scope(organiser.organisation):
        question = attraction.form.current.questions.get(name="shoe_size")
        assert (question.shown_if.name, question.shown_if_values) == ("diet", ["vegan"])
    assert "only after an answer to “Diet”: Vegan" in text(organiser.page("attraction_form", *where(attraction)))


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": "diet"}, "name", "already has a question with the name “diet”"),
        ({"name": "Diet!"}, "name", "is not a valid name"),
        ({"label": ""}, "label", "Enter the question."),
        ({"pattern": "("}, "pattern", "Not a valid pattern: missing ): (."),
        ({"pattern": "(?=a)"}, "pattern", "Not a valid pattern"),
        ({"minimum": "3", "maximum": "2"}, "maximum", "cannot be below the smallest"),
        ({"type": "telepathy"}, "type", "not one of the available choices"),
        ({"type": "choice"}, "", "Give at least two choices."),
        ({"shown_if": "allergies", "name": "allergies_2", "label": "x" * 301}, "label", "at most 300"),
    ],
)
def test_what_is_wrong_stands_beside_it_and_nothing_typed_is_lost(
    organiser: Staff, attraction: Any, changes: dict[str, str], field: str, message: str
) -> None:
    answer = organiser.post(url("attraction_form_question_new", *where(attraction)), sent(help="Typed") | changes)

    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors.get(field or "__all__"))
    assert 'value="Typed"' in answer.content.decode()
    assert names(organiser.organisation, attraction.form) == ["diet", "allergies"]


def test_in_place_htmx_gets_the_question_and_then_the_builder(organiser: Staff, attraction: Any) -> None:
    address, htmx = url("attraction_form_question", *where(attraction, "allergies")), {"HX-Request": "true"}

    opened = organiser.get(address, headers=htmx)
    assert opened.content.decode().lstrip().startswith("<form")
    wrong = organiser.post(address, sent(label="", name="allergies"), headers=htmx)
    assert (wrong.status_code, wrong["HX-Retarget"]) == (200, "#edit-allergies")
    saved = organiser.post(address, sent(label="Allergic to", name="allergies"), headers=htmx)
    assert saved.content.decode().lstrip().startswith('<div id="builder"')
    assert "Allergic to" in text(saved)


def test_a_preview_shows_what_is_typed_and_keeps_nothing(organiser: Staff, attraction: Any) -> None:
    data = sent(label="How tall are you?", editing="")

    shown = organiser.post(url("attraction_form_preview", *where(attraction)), data)

    assert "How tall are you?" in text(shown)
    assert names(organiser.organisation, attraction.form) == ["diet", "allergies"]


def test_questions_move_by_buttons_and_to_a_place(organiser: Staff, attraction: Any) -> None:
    def move(name: str, to: str) -> list[str]:
        organiser.post(url("attraction_form_question_position", *where(attraction, name)), {"to": to})
        return names(organiser.organisation, attraction.form)

    assert move("allergies", "up") == ["allergies", "diet"]
    assert move("allergies", "1") == ["diet", "allergies"]
    assert move("diet", "nonsense") == ["diet", "allergies"]


def test_a_move_that_cannot_be_is_said(organiser: Staff, attraction: Any) -> None:
    with scope(organiser.organisation):
        form_editing.change_question(attraction.form, "allergies", QuestionWish(label="Allergies", shown_if="diet"))

    answer = organiser.post(
        url("attraction_form_question_position", *where(attraction, "allergies")), {"to": "up"}, follow=True
    )

    assert "“Allergies” can only depend on a question that comes before it." in text(answer)


def test_removing_says_how_many_have_answered(organiser: Staff, attraction: Any) -> None:
    with scope(organiser.organisation):
        submit(attraction.form.current, {"allergies": "Nuts"})
    address = url("attraction_form_question_removal", *where(attraction, "allergies"))

    assert "1 person has answered it." in text(organiser.get(address))
    organiser.post(address)

    assert names(organiser.organisation, attraction.form) == ["diet"]
    page = text(organiser.page("attraction_form_versions", *where(attraction)))
    assert "Version 2 in use 1 question · answered 0 times" in page
    assert "Version 1 2 questions · answered 1 time" in page
    assert "Allergies" in text(organiser.page("attraction_form_version", *where(attraction, 1)))


@pytest.mark.parametrize("how", ["new", "copy", "share"])
def test_an_attraction_gets_a_form(organiser: Staff, attraction: Any, how: str) -> None:
    with scope(organiser.organisation):
        other = make.attraction()
    address = url("attraction_form", *where(other))
    assert organiser.post(address, {"how": "copy"}).status_code == 422

    organiser.post(address, {"how": how, "other": str(attraction.form_id)})

    with scope(organiser.organisation):
        other.refresh_from_db()
        assert (other.form == attraction.form) is (how == "share")
    assert names(organiser.organisation, other.form) == ([] if how == "new" else ["diet", "allergies"])
    organiser.post(url("attraction_form_removal", *where(other)))
    with scope(organiser.organisation):
        other.refresh_from_db()
    assert other.form is None


def test_who_makes_her_own_events_composes_their_forms_and_nobody_elses(staff: Any, attraction: Any) -> None:
    maker = staff("member")
    with scope(maker.organisation):
        own = make.attraction(event=make.event(created_by=maker.user))

    assert maker.get(url("attraction_form", *where(attraction))).status_code == 403
    assert f'value="{attraction.form_id}"' not in maker.get(url("attraction_form", *where(own))).content.decode()
    assert maker.post(url("attraction_form", *where(own)), {"how": "new"}).status_code == 302
    assert maker.post(url("attraction_form_question_new", *where(own)), sent()).status_code == 302
    with scope(maker.organisation):
        own.form = attraction.form
        own.save()
    assert maker.post(url("attraction_form_question_new", *where(own)), sent()).status_code == 403


class TestOwnForms:
    def test_a_set_of_basic_data_is_chosen_and_adapted(self, admin: Staff) -> None:
        assert "They replace" not in text(admin.page("basic_set", "scouts"))
        admin.post(url("basic_set", "scouts"))
        admin.post(url("settings_form_question_new", "basic"), sent(label="Troop", requirement="organiser"))

        with scope(admin.organisation):
            form = basic.basic_form()
            assert form is not None and form.current.questions.count() == 11
            assert [each.name for each in basic.left_to_events(form)] == ["membership_card", "troop"]
        assert "They replace" in text(admin.page("basic_set", "general"))
        assert admin.page("basic_set", "knights").status_code == 404

    def test_the_event_says_what_it_insists_on(self, admin: Staff, organiser: Staff, attraction: Any) -> None:
        admin.post(url("basic_set", "scouts"))
        event = attraction.event

        organiser.post(url("event_demands", event.pk), {"demanded": ["membership_card", "made_up"]})

        with scope(organiser.organisation):
            event.refresh_from_db()
        assert event.demanded == ["membership_card"]

    @pytest.mark.parametrize("purpose", ["organiser", "event", "attraction"])
    def test_forms_about_organisers_events_and_attractions_begin_empty(self, admin: Staff, purpose: str) -> None:
        assert admin.page("settings_form", purpose).status_code == 302
        admin.post(url("settings_form", purpose))
        admin.post(url("settings_form_question_new", purpose), sent())

        with scope(admin.organisation):
            assert names(admin.organisation, basic.of_purpose(purpose)) == ["shoe_size"]
        assert admin.post(url("settings_form_removal", purpose)).status_code == 302
        with scope(admin.organisation):
            assert basic.of_purpose(purpose) is None

    def test_a_questionnaire_is_no_form_of_the_organisation(self, admin: Staff, attraction: Any) -> None:
        assert admin.page("settings_form", "questionnaire").status_code == 404
        assert admin.page("settings_form_versions", "basic").status_code == 404


@pytest.mark.parametrize("questions", [2, 40])
def test_the_builder_costs_the_same_for_few_questions_and_many(
    organiser: Staff, questions: int, django_assert_max_num_queries: Any
) -> None:
    with scope(organiser.organisation):
        wishes = [QuestionWish(label=f"Question {each}") for each in range(questions)]
        attraction = make.attraction(form=form_editing.create_form("Camp", questions=wishes))

    with django_assert_max_num_queries(22):
        organiser.page("attraction_form", *where(attraction))
