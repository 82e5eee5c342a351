"""Names have one rule at every door: see `kring/core/names.py`."""

from __future__ import annotations

from enum import EnumType
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from kring.api import event_inputs, forms, orders, urls, waiting_values
from kring.api.event_inputs import ApiInput
from kring.forms import checking
from kring.forms.models import Question
from kring.forms.refusals import ChoicesMissing, LabelMissing
from kring.forms.sheet import ChoiceWish, QuestionWish

assert event_inputs and forms and orders and urls and waiting_values
NAMES = {"name", "buyer_name", "leader_name", "label", "edition", "location", "city", "who"}
HIDDEN = ["\u200b", "\u202e\u202c", "\u3164", " \u2060 "]


def kinds(of=ApiInput):
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


FIELDS = [
    pytest.param(Annotated[field.annotation, field], id=f"{kind.__name__}.{name}")
    for kind in sorted({*kinds()}, key=lambda kind: kind.__name__)
    for name, field in kind.model_fields.items()
    if name in NAMES
    and not kind.__name__.endswith("Out")
    and (kind, name) != (forms.QuestionIn, "name")
    # One of some words is no text that somebody typed.
    and not isinstance(field.annotation, EnumType)
]


def test_there_are_names_in_all_bodies():
    assert len(FIELDS) > 15


@pytest.mark.parametrize("field", FIELDS)
def test_a_name_in_a_body_can_be_seen(field):
    for hidden in HIDDEN:
        with pytest.raises(ValidationError):
            TypeAdapter(field).validate_python(hidden)
    assert TypeAdapter(field).validate_python(" \u202eadA\u202c ") == "adA"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_question_or_choice_can_be_seen(hidden):
    """Whatever brings it: page, API, or a copied form."""
    with pytest.raises(LabelMissing):
        checking.checked([QuestionWish(type=Question.Type.TEXT, label=hidden)])
    choices = (ChoiceWish("M"), ChoiceWish(hidden))
    with pytest.raises(ChoicesMissing):
        checking.checked([QuestionWish(type=Question.Type.CHOICE, label="Size", choices=choices)])


def test_a_question_turns_nothing_around():
    choices = (ChoiceWish("\u202eM\u202c"), ChoiceWish("L", value="\u200b"))

    (question,) = checking.checked([QuestionWish(type=Question.Type.CHOICE, label="\u2066Size\u2069", choices=choices)])

    assert question.label == "Size"
    assert [(choice.label, choice.value) for choice in question.choices] == [("M", "m"), ("L", "l")]
