"""A correction by a program, which sends only the fields to change (X2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Unpack

from django.db import transaction

from kring.billing.locking import rows_to_lock
from kring.forms.django_form import AnswerForm, AnswerFormOptions
from kring.forms.file_field import FileField
from kring.forms.models import Submission
from kring.registrations import correcting, refusals
from kring.registrations.correcting import Correction
from kring.registrations.models import Registration
from kring.registrations.registering import answered

Answers = Mapping[str, object]


@dataclass(frozen=True)
class Changes:
    """None, and questions that are not among the answers: unchanged. An answer of None is removed."""

    name: str | None = None
    email: str | None = None
    profession: str | None = None
    basic: Answers = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)


@transaction.atomic
def correct_some(pk: int, changes: Changes, *, despite: str = "", is_consulted: bool = True) -> bool:
    """As `correcting.correct` by staff; also raises AnswersWrong."""
    rows_to_lock().get(lines__registrations=pk)
    rows = Registration.objects.select_related("event", "basic__version", "submission__version")
    registration = rows.get(pk=pk)
    demanded = frozenset(registration.event.demanded)
    basic, wrong_basic = _answers(registration.basic, changes.basic, demanded=demanded)
    own, wrong_own = _answers(registration.submission, changes.answers, alongside=basic)
    if wrong_basic or wrong_own:
        raise refusals.AnswersWrong({"#": {"basic": wrong_basic, "answers": wrong_own}})
    wanted = Correction(
        name=registration.attendee_name if changes.name is None else changes.name,
        email=registration.attendee_email if changes.email is None else changes.email,
        profession=registration.profession if changes.profession is None else changes.profession,
        basic=basic,
        own=own,
    )
    return correcting.correct(pk, wanted, by_staff=True, despite=despite, is_consulted=is_consulted)


def _answers(
    submission: Submission | None, changes: Answers, /, **options: Unpack[AnswerFormOptions]
) -> tuple[dict[str, object] | None, dict[str, list[str]]]:
    """All answers as they would be stored, and the errors by question; files stay as they are."""
    if submission is None:
        return answered(None, changes)
    options |= {"submission": submission, "own": False}
    form = AnswerForm(submission.version, **options)
    files = {name for name, field in form.fields.items() if isinstance(field, FileField)}
    all_answers = {name: value for name, value in {**submission.answers, **changes}.items() if value is not None}
    kept = {f"{form.add_prefix(name)}-kept": all_answers[name] for name in files & all_answers.keys()}
    answers, wrong = answered(
        submission.version,
        {name: value for name, value in all_answers.items() if name not in files},
        kept=kept,
        **options,
    )
    return answers, wrong | {name: [str(refusals.NO_FILES)] for name in files & changes.keys()}
