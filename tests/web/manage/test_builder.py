"""Composing forms in the administration (F1, F3, F5)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.forms import basic, composing
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
        form = composing.create_form("Camp", questions=[DIET, QuestionWish(label="Allergies")])
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


def test_the_event_says_which_forms_it_asks(organiser: Staff, attraction: Any) -> None:
    with scope(organiser.organisation):
        basic.choose("scouts")

    page = text(organiser.page("event_forms", attraction.event_id))

    assert "Camp · 2 questions · answered 0 times" in page
    assert "Membership card number" in page
