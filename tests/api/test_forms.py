"""Forms by the API: the builder's verbs, with its reasons (F1, F3, X2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.forms import basic, form_editing
from kring.forms.answering import submit
from kring.forms.models import Form
from kring.forms.sheet import ChoiceWish, QuestionWish
from tests import make

pytestmark = pytest.mark.django_db

DIET = {"type": "choice", "label": "Diet", "choices": [{"label": "All"}, {"label": "Vegan", "places": 3}]}
WHY = {"type": "text", "label": "Why?", "name": "why", "shown_if": "diet", "shown_if_values": ["vegan"]}


@pytest.fixture
def writer(program: Any) -> Any:
    return program("events:write")


def put(program: Any, path: str, body: Any) -> Any:
    return program.send(path, json.dumps(body), method="PUT")


def test_a_form_is_made_and_read_as_it_was_written(writer: Any) -> None:
    made = writer("/forms", json={"name": "Camp", "questions": [DIET, WHY]})
    assert made.status_code == 201
    form = made.json()

    assert (form["purpose"], form["version"]) == ("questionnaire", 1)
    assert form["questions"][0] == {
        "type": "choice", "label": "Diet", "name": "diet", "words": "Diet", "help": "", "requirement": "optional",
        "minimum": None, "maximum": None, "pattern": "", "pattern_help": "", "accepts": [], "shown_if": None,
        "shown_if_values": [], "audience": "",
        "choices": [
            {"label": "All", "value": "all", "places": None}, {"label": "Vegan", "value": "vegan", "places": 3},
        ],
    }  # fmt: skip
    assert writer(f"/forms/{form['id']}").json() == form
    assert [each["name"] for each in writer("/forms").json()["items"]] == ["Camp"]


def test_what_was_read_can_be_written_back(writer: Any) -> None:
    form = writer("/forms", json={"name": "Camp", "questions": [DIET, WHY]}).json()
    sheet = [{key: value for key, value in each.items() if key != "words"} for each in form["questions"]]

    answer = put(writer, f"/forms/{form['id']}/questions", {"questions": sheet})

    assert answer.json() == form


def test_an_answered_form_makes_its_next_version(organisation: Any, writer: Any) -> None:
    form = writer("/forms", json={"name": "Camp", "questions": [DIET]}).json()
    with scope(organisation):
        submit(Form.objects.get().current, {"diet": "all"})

    answer = put(writer, f"/forms/{form['id']}/questions", {"questions": [WHY | {"shown_if": None}]})

    assert (answer.status_code, answer.json()["version"]) == (200, 2)


@pytest.mark.parametrize(
    ("questions", "code", "pointer"),
    [
        ([DIET | {"name": "diet"}] * 2, "name_taken", "#/questions/1/name"),
        ([WHY], "condition_not_earlier", "#/questions/0/shown_if"),
        ([WHY | {"shown_if": "why"}], "condition_not_earlier", "#/questions/0/shown_if"),
        (
            [WHY | {"name": "diet", "shown_if": "why"}, WHY | {"name": "why", "shown_if": "diet"}],
            "condition_not_earlier",
            "#/questions/0/shown_if",
        ),
        ([{"type": "text", "label": "x", "pattern": "(a"}], "pattern_wrong", "#/questions/0/pattern"),
        ([{"type": "choice", "label": "x"}], "choices_missing", "#/questions/0/choices"),
    ],
)
def test_what_cannot_be_asked_is_told_by_name_and_place(
    writer: Any, questions: list[Any], code: str, pointer: str
) -> None:
    answer = writer("/forms", json={"name": "Camp", "questions": questions})

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, f"urn:kring:refusal:{code}")
    assert problem["errors"][0]["pointer"] == pointer
    assert writer("/forms").json()["items"] == []


def test_five_hundred_questions_are_too_many(writer: Any) -> None:
    questions = [{"type": "text", "label": f"Question {each}"} for each in range(500)]

    answer = writer("/forms", json={"name": "Camp", "questions": questions})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:too_many_questions")


def test_an_attraction_is_given_its_form(organisation: Any, writer: Any) -> None:
    with scope(organisation):
        attraction = make.attraction()
        form = form_editing.create_form("Camp", questions=[QuestionWish(label="Diet")])
    address = f"/forms/of/{attraction.event.slug}/{attraction.pk}"

    assert put(writer, address, {"form": form.pk}).json()["questions"][0]["name"] == "diet"
    with scope(organisation):
        attraction.refresh_from_db()
        assert attraction.form == form
    assert put(writer, address, {"form": None}).status_code == 204
    assert put(writer, address, {"form": form.pk + 999}).status_code == 404


def test_the_organisations_own_forms_are_read_and_not_written(organisation: Any, program: Any) -> None:
    with scope(organisation):
        form = basic.choose("scouts")
        form_editing.add_question(
            form, QuestionWish(type="choice", label="Hut", choices=(ChoiceWish("A"), ChoiceWish("B")))
        )

    read = program("events")(f"/forms/{form.pk}").json()
    assert read["questions"][0]["words"] == "First name"
    assert put(program("events:write"), f"/forms/{form.pk}/questions", {"questions": []}).status_code == 403
    assert put(program("events"), f"/forms/{form.pk}/questions", {"questions": []}).status_code == 403
