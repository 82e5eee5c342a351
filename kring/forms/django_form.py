"""A version of a form as a Django form: the questions in, the answers out (F1, F2)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from kring.core import dates
from kring.forms import conditions, pesel
from kring.forms.fields import Circumstances, field_of
from kring.forms.file_field import FileField
from kring.forms.models import FormVersion, Question, Submission, Upload
from kring.forms.sheet import questions_of
from kring.organisations.current import current_organisation
from kring.places.capacity import free_places

# Not prefilled from another form: consent and files are given anew each time.
NEVER_PREFILLED = {Question.Type.CONSENT, Question.Type.FILE}
# Prefix of field names where the caller has none: a question may be called `csrfmiddlewaretoken`.
PREFIX = "q"


@dataclass(frozen=True)
class QuestionField:
    """A question with its field, for templates. `waits_for`: name of the input that controls it, with its values."""

    question: Question
    field: forms.BoundField
    waits_for: str = ""
    values: str = "[]"
    hint: str = ""

    @property
    def upload(self) -> Upload | None:
        return getattr(self.field.field, "upload", None)


class Sent(TypedDict, total=False):
    data: QueryDict
    files: MultiValueDict[str, UploadedFile]


def sent_with(request: HttpRequest) -> Sent:
    """What a form is bound to; nothing where the page is only shown."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


class AnswerFormOptions(TypedDict, total=False):
    """As `AnswerForm` explains them."""

    demanded: frozenset[str]
    submission: Submission | None
    alongside: Mapping[str, object] | None
    own: bool
    for_staff: bool
    fixed: Collection[str]


class AnswerForm(forms.Form):
    """The form of `version`.

    `initial`: prefilled answers (`answering.prefill`). `submission`: answers of this version that are being
    changed; they override `initial`, and keep their places and files. `demanded`: names of the questions that this
    event requires, of those left to each event. `alongside`: answers outside this form (a day of birth, a PESEL
    number), which must not contradict. `own`: false where one person answers for another. `for_staff`: false leaves
    out what only the administration sees. `fixed`: names of questions whose answers are shown and stay as they are;
    files among them are left out.

    A question that depends on an answer which was not given is ignored, whatever was sent. Four statements at most,
    however many questions; an uploaded file costs two more.
    """

    use_required_attribute = False

    def __init__(
        self,
        version: FormVersion,
        *,
        data: Mapping[str, object] | None = None,
        files: Any = None,
        initial: Mapping[str, object] | None = None,
        prefix: str = "",
        demanded: frozenset[str] = frozenset(),
        submission: Submission | None = None,
        alongside: Mapping[str, object] | None = None,
        own: bool = True,
        for_staff: bool = True,
        fixed: Collection[str] = (),
    ) -> None:
        super().__init__(data, files, prefix=prefix or PREFIX)
        self.version = version
        self.questions: list[Question] = [
            each
            for each in questions_of(version)
            if (for_staff or each.audience != Question.Audience.STAFF)
            and not (each.name in fixed and each.type == Question.Type.FILE)
        ]
        self.fixed = frozenset(fixed)
        self.alongside = dict(alongside or {})
        had = submission.answers if submission else {}
        pools = [choice.pool for each in self.questions for choice in each.choices.all() if choice.pool]
        around = Circumstances(
            demanded=demanded, free=free_places(pools), had=had, region=current_organisation().country, own=own
        )
        for question in self.questions:
            self.fields[question.name] = field_of(question, around)
            self._begin(question, had, initial or {})
            if question.name in fixed:
                self.fields[question.name].disabled, self.fields[question.name].required = True, False
        self._show_files(submission)

    def _begin(self, question: Question, had: Mapping[str, object], initial: Mapping[str, object]) -> None:
        answer = had.get(question.name)
        if answer is None and question.type not in NEVER_PREFILLED:
            answer = initial.get(question.name)
        if isinstance(answer, bool) and question.type == Question.Type.YES_NO:
            answer = "yes" if answer else "no"
        if answer is not None:
            self.initial[question.name] = answer

    def _show_files(self, submission: Submission | None) -> None:
        fields = [(name, field) for name, field in self.fields.items() if isinstance(field, FileField)]
        if submission is None or not fields:
            return
        uploads = {upload.key: upload for upload in submission.uploads.all()}
        for name, field in fields:
            field.upload = uploads.get(self.initial.get(name, ""))

    def question_fields(self) -> list[QuestionField]:
        """All questions with their fields, in order: a script, or the server, leaves out those that do not apply."""
        by_key = {question.pk: question for question in self.questions}
        return [self._question_field(question, by_key) for question in self.questions]

    def _question_field(self, question: Question, by_key: dict[int, Question]) -> QuestionField:
        field, other = self[question.name], by_key.get(question.shown_if_id or 0)
        if other is None:
            return QuestionField(question, field)
        words = [_words_of(other, value) for value in question.shown_if_values]
        hint = _("Only if you answered “%(question)s” with: %(answers)s") % {
            "question": other.words,
            "answers": ", ".join(words) or _("anything"),
        }
        return QuestionField(question, field, self.add_prefix(other.name), json.dumps(question.shown_if_values), hint)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for name in self.fixed:
            # It may be a choice that is no longer offered.
            self.errors.pop(name, None)
        self._answers = self._answers_among(data)
        for name in set(self.fields) - {question.name for question in self._applying}:
            # It was not asked: it has no errors.
            self.errors.pop(name, None)
            data.pop(name, None)
        self._compare_birth()
        return data

    def _answers_among(self, data: Mapping[str, object]) -> dict[str, object]:
        given = {name: answer for name, value in data.items() if (answer := answer_of(value)) is not None}
        self._applying = list(conditions.applicable(self.questions, given))
        return {question.name: given[question.name] for question in self._applying if question.name in given}

    def _compare_birth(self) -> None:
        """A PESEL number and a day of birth, here or alongside, belong to one person."""
        together = self.alongside | self._answers
        number, day = together.get("pesel"), together.get("birth_date")
        if not number or not day or not {"pesel", "birth_date"} & self._answers.keys():
            return
        born = pesel.born({"pesel": number})
        if born is not None and born.isoformat() != day:
            message = _("According to the PESEL number, the date of birth is %(born)s. Please check both.")
            self.add_error(
                "pesel" if "pesel" in self._answers else "birth_date",
                message % {"born": dates.short_day(born)},
            )

    def say_of(self, names: Collection[str], message: str) -> bool:
        """Add the error to the first of these questions that applies and has no error yet, whether its answer was just
        sent or is shown again. False: this form has none of them."""
        mine = [name for name in names if name in self.fields]
        answered = [name for name in mine if name in (self._answers if self.is_bound else self.initial)]
        for name in (answered or mine)[:1]:
            if name not in self.errors:
                self.errors[name] = self.error_class([message], renderer=self.renderer)
        return bool(mine)

    def answers(self) -> dict[str, object]:
        """The answers, as a Submission keeps them. After `is_valid()`; where that is false, the valid ones."""
        return dict(self._answers)

    def changes(self) -> dict[str, object]:
        """For each question that was shown its answer, None where there is none: for who keeps all others."""
        return {
            question.name: self._answers.get(question.name)
            for question in self.questions
            if question.name not in self.fixed
        }


def answer_of(value: object) -> Any:
    """A cleaned value of a field as a Submission keeps it. None: there is none."""
    if isinstance(value, Upload):
        return value.answer()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return None if value in ("", [], None) else value


def _words_of(question: Question, value: str) -> str:
    for choice in question.choices.all():
        if choice.value == value:
            return choice.words(question.name)
    return {"yes": _("yes"), "no": _("no")}.get(value, value)


def as_data(form: AnswerForm, answers: Mapping[str, object]) -> dict[str, Any]:
    """Answers as a browser would send them: for API clients, so that the same rules apply."""
    data: dict[str, Any] = {}
    for name, answer in answers.items():
        sent: Any = answer
        if isinstance(answer, bool):
            is_consent = any(each.name == name and each.type == Question.Type.CONSENT for each in form.questions)
            sent = ("on" if answer else "") if is_consent else ("yes" if answer else "no")
        data[form.add_prefix(name)] = sent
    return data
