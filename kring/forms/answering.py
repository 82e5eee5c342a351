"""Saving answers, showing them, and prefilling the next form with them (F1, F2, F3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.core.transactions import in_transaction
from kring.forms.models import FormVersion, Question, Submission, Upload
from kring.forms.refusals import FormHasChanged
from kring.forms.sheet import questions_of
from kring.forms.wording import text_of
from kring.places.models import Pool

type Answers = dict[str, object]


@dataclass(frozen=True)
class ShownAnswer:
    """One answer for display. `text` "": not answered; `upload`: the uploaded file."""

    question: Question
    label: str
    text: str
    upload: Upload | None = None


@transaction.atomic
def submit(
    version: FormVersion, answers: Mapping[str, object], *, person: Any = None, submission: Submission | None = None
) -> Submission:
    """Save these answers, which an `AnswerForm` of this very version found valid; a `submission` is replaced.

    Raises FormHasChanged, and saves nothing, where somebody changed the version's questions meanwhile.
    """
    kept = submission or Submission()
    is_new = kept.pk is None
    kept.version, kept.answers = version, dict(answers)
    kept.person = person or kept.person
    # The foreign key to the version locks its row: an editor of the form waits from now on, or has committed before.
    kept.save()
    if not FormVersion.objects.filter(pk=version.pk, revision=version.revision).exists():
        raise FormHasChanged()
    _bind_uploads(kept, _file_questions(version), is_new=is_new)
    return kept


@in_transaction
def submit_many(submissions: Sequence[Submission]) -> None:
    """Save answers of many, each new or changed, to versions as their `version` was read. Statements per thousand.

    Raises FormHasChanged, and saves nothing, where somebody changed a version's questions meanwhile.
    """
    now = timezone.now()
    new = [each for each in submissions if not each.pk]
    are_new = {id(each) for each in new}
    for each in submissions:
        each.updated_at = now
    Submission.objects.bulk_update(
        [each for each in submissions if each.pk], ["version", "answers", "updated_at"], batch_size=BATCH
    )
    Submission.objects.bulk_create(new, batch_size=BATCH)
    versions = {each.version.pk: each.version for each in submissions}
    for version in versions.values():
        if not FormVersion.objects.filter(pk=version.pk, revision=version.revision).exists():
            raise FormHasChanged()
        if names := _file_questions(version):
            for each in submissions:
                if each.version_id == version.pk:
                    _bind_uploads(each, names, is_new=id(each) in are_new)


def _file_questions(version: FormVersion) -> set[str]:
    return set(version.questions.filter(type=Question.Type.FILE).values_list("name", flat=True))


def _bind_uploads(submission: Submission, names: Iterable[str], *, is_new: bool) -> None:
    """The files that answer the questions of these names now belong to the submission; those that were replaced are
    deleted. A key in any other answer is text, and a file that something else keeps is no answer."""
    keys = [answer for name in names if isinstance(answer := submission.answers.get(name), str)]
    if keys:
        Upload.objects.unsent().filter(key__in=keys).update(submission=submission)
    if is_new:
        return
    # Those of questions that are no longer asked stay with their answers.
    answers = [answer for answer in submission.answers.values() if isinstance(answer, str)]
    for upload in submission.uploads.filter(is_kept=False).exclude(key__in=answers):
        upload.forget()


def erase(submission: Submission) -> None:
    """For good, with its files, which are deleted after the commit."""
    for upload in submission.uploads.all():
        upload.forget()
    submission.delete()


def prefill(user: User, names: Iterable[str]) -> Answers:
    """The person's latest answer to a question of each name, in any form of this organisation. One statement."""
    if user is None or not getattr(user, "is_authenticated", False):
        return {}
    wanted = set(names)
    found: Answers = {}
    rows = Submission.objects.filter(person=user, answers__has_any_keys=list(wanted)).order_by("-updated_at", "-pk")
    for answers in rows.values_list("answers", flat=True)[:LOOK_BACK]:
        for name in (wanted & answers.keys()) - found.keys():
            found[name] = answers[name]
        if len(found) == len(wanted):
            break
    return found


BATCH = 1000
# Nobody has answered more forms than this in one organisation and still relies on the first.
LOOK_BACK = 50


def shown_answers(submission: Submission) -> list[ShownAnswer]:
    """The questions and their answers, in the form's order and the reader's language. Three statements."""
    questions = list(questions_of(submission.version))
    files = {upload.key: upload for upload in submission.uploads.all()}
    return [_shown_answer(question, submission.answers.get(question.name), files) for question in questions]


def _shown_answer(question: Question, answer: object, files: dict[str, Upload]) -> ShownAnswer:
    if question.type == Question.Type.FILE:
        upload = files.get(answer) if isinstance(answer, str) else None
        return ShownAnswer(question, question.words, upload.name if upload else "", upload)
    return ShownAnswer(question, question.words, text_of(question, answer))


def pools_of(version: FormVersion, answers: Mapping[str, object]) -> list[Pool]:
    """The pools in which these answers take one place each: of the choices with a limit. Two statements."""
    found = []
    for question in questions_of(version):
        chosen = answers.get(question.name)
        values = chosen if isinstance(chosen, list) else [chosen]
        found += [choice.pool for choice in question.choices.all() if choice.pool and choice.value in values]
    return found
