"""Forms and what they ask (F1, F3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kring.forms import basic, composing
from kring.forms.models import Form, Question, Submission
from kring.forms.sheet import ChoiceWish, QuestionWish, questions_of, read

pytestmark = pytest.mark.django_db


def names(form: Form) -> list[str]:
    return [question.name for question in form.current.questions.all()]


@pytest.fixture
def form(in_scope: Any) -> Form:
    return composing.create_form("Camp", questions=[QuestionWish(label="Diet"), QuestionWish(label="Allergies")])


def test_a_question_without_a_name_gets_one_from_its_words(form: Form) -> None:
    assert composing.add_question(form, QuestionWish(label="Łóżko, śpiwór?")) == "lozko_spiwor"
    assert composing.add_question(form, QuestionWish(label="Diet")) == "diet_2"


def test_both_sets_ship(in_scope: Any) -> None:
    basic.choose("scouts")
    scouts = basic.choose("general")
    assert basic.basic_form() == scouts
    assert names(scouts) == ["first_name", "last_name", "street", "postal_code", "city", "country"]
