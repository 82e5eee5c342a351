"""Answers, limits and countries as people write them (C9)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from kring.forms import countries
from kring.forms.fields import Circumstances, field_of
from kring.forms.models import Question
from kring.forms.wording import text_of


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "14 Mar 2026"), ("nl", "14 mrt 2026"), ("pl", "14 mar 2026")]
)
def test_a_day_that_was_answered_is_written_as_every_other_day(language: str, expected: str) -> None:
    with translation.override(language):
        assert text_of(Question(type="date"), "2026-03-14") == expected


def test_a_number_that_was_answered_has_no_noughts_that_say_nothing() -> None:
    assert text_of(Question(type="number"), "12.0000") == "12"


def test_the_limit_in_a_message_has_no_noughts_that_say_nothing() -> None:
    question = Question(type="number", minimum=Decimal("10.0000"), maximum=Decimal("100.0000"))
    field = field_of(question, Circumstances())

    for typed, limit in (("1", "10"), ("1000", "100")):
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        result = refused.value.messages[0]
        assert f"{limit}." in result and "0000" not in result


def test_a_country_is_chosen_by_its_name_and_what_is_kept_already_stays() -> None:
    with translation.override("nl"):
        assert ("DE", "Duitsland") in countries.choices()
        assert ("QQ", "QQ") in countries.choices("QQ")
