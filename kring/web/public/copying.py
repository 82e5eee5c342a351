"""What was answered for the first ticket of an order, copied to another one that is being filled in (F2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict

from kring.forms.django_form import AnswerForm, as_data
from kring.forms.models import Question, Submission
from kring.registrations.models import Registration
from kring.web.public.summary import Summary

# Answers that belong to one person alone and are never copied to other attendees.
OF_ONE_PERSON = {"first_name", "last_name", "birth_date", "membership_card"}
NEVER = {Question.Type.EMAIL, Question.Type.PESEL, Question.Type.FILE, Question.Type.CONSENT}


def source_for(summary: Summary, registration: Registration) -> Registration | None:
    """The first ticket, where it is another one and something was answered for it."""
    first = summary.not_cancelled[0]
    is_answered = first.basic_id is not None or first.submission_id is not None
    return first if is_answered and first.pk != registration.pk else None


def copy(source: Registration, wanted: Iterable[AnswerForm], others: Iterable[forms.Form]) -> None:
    """Into bound forms, where nothing else was typed; all that was typed, chosen and uploaded stays, and no
    errors are shown yet. Two statements, and those of checking what was sent."""
    answers: dict[tuple[str, str], Any] = {}
    rows = Submission.objects.filter(pk__in=[source.basic_id, source.submission_id])
    for submission in rows.select_related("version").prefetch_related("version__questions"):
        types = {question.name: question.type for question in submission.version.questions.all()}
        answers |= {(name, types[name]): answer for name, answer in submission.answers.items() if name in types}
    for form in wanted:
        # Also copies uploaded files: they stay chosen.
        form.full_clean()
        mine = {(question.name, question.type): question for question in form.questions}
        kept = {name: answers[name, type] for name, type in mine.keys() & answers.keys() if _may_copy(name, type)}
        _fill(form, {name: answer for name, answer in kept.items() if name not in form.changed_data})
        _clear_errors(form)
    for each in others:
        each.full_clean()
        _clear_errors(each)


def _may_copy(name: str, type: str) -> bool:
    return name not in OF_ONE_PERSON and type not in NEVER


def _fill(form: AnswerForm, answers: dict[str, Any]) -> None:
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    for name, value in as_data(form, answers).items():
        field = form.fields[name.removeprefix(f"{form.prefix}-")]
        try:
            field.clean(value)
        except ValidationError:
            # Sold out, or not offered here.
            continue
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    form.data = data


def _clear_errors(form: Any) -> None:
    form._errors = ErrorDict()
