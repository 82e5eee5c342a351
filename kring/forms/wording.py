"""Answers in words: choices by their labels, dates, countries and yes or no in the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kring.core import dates, numbers
from kring.forms import countries
from kring.forms.models import Question


def text_of(question: Question, answer: Any) -> str:
    """ "" where there is no answer. Reads the question's choices: have them prefetched."""
    if answer is None or answer in ("", []):
        return ""
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    if isinstance(answer, list):
        return ", ".join(_label(question, value) for value in answer)
    match question.type:
        case Question.Type.CHOICE | Question.Type.CHOICES:
            return _label(question, answer)
        case Question.Type.COUNTRY:
            return countries.name(answer)
        case Question.Type.DATE:
            return _day(answer)
        case Question.Type.NUMBER:
            return _number(answer)
    return str(answer)


def _label(question: Question, value: str) -> str:
    for choice in question.choices.all():
        if choice.value == value:
            return choice.words(question.name)
    return str(value)


def _day(answer: str) -> str:
    try:
        return dates.short_day(date.fromisoformat(answer))
    except ValueError:
        return answer


def _number(answer: str) -> str:
    try:
        return numbers.shown(Decimal(answer))
    except InvalidOperation:
        return answer
