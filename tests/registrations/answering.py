"""Answers of registrations, for tests of the list."""

from __future__ import annotations

from itertools import count
from typing import Any

from kring.forms.models import Form, FormChoice, FormVersion, Question, Submission, Upload
from kring.registrations.models import Registration

_number = count(1)


def form_of(questions: dict[str, Any], *, purpose: str = "questionnaire", form: Form | None = None) -> FormVersion:
    """`{"shirt": ("choice", {"m": "Medium"}), "years": "number"}`: the kind, and the choices where it has any.

    The first version of a new form, or the next one of `form`.
    """
    number = form.versions.count() + 1 if form else 1
    form = form or Form.objects.create(name=f"Form {next(_number)}", purpose=purpose)
    version = FormVersion.objects.create(form=form, number=number)
    for position, (name, kind) in enumerate(questions.items()):
        type, choices = kind if isinstance(kind, tuple) else (kind, {})
        asked = Question.objects.create(version=version, name=name, type=type, label=name.title(), position=position)
        for place, (value, label) in enumerate(choices.items()):
            FormChoice.objects.create(question=asked, value=value, label=label, position=place)
    return version


def submit(registration: Registration, version: FormVersion, *, part: str = "submission", **answers: Any) -> Submission:
    made = Submission.objects.create(version=version, answers=answers)
    Registration.objects.filter(pk=registration.pk).update(**{part: made})
    return made


def answer(registration: Registration, given: dict[str, tuple[str, Any]]) -> Submission:
    """`{"troop": ("text", "Seventh")}`: in a form of its own, which becomes that of the attraction."""
    version = form_of({name: kind for name, (kind, _value) in given.items()})
    registration.attraction.form = version.form
    registration.attraction.save()
    return submit(registration, version, **{name: value for name, (_kind, value) in given.items()})


def upload(submission: Submission, key: str, name: str) -> Upload:
    return Upload.objects.create(
        key=key, submission=submission, name=name, content_type="application/pdf", size=3, file="a"
    )
