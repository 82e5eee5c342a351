"""A version of a form as one value: edited by the builder, read and written by the API, source of a new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from kring.forms.models import FormChoice, FormVersion, Question


@dataclass(frozen=True)
class ChoiceWish:
    """A choice as wanted. `value` "": made from the label. `places` None: without a limit."""

    label: str
    value: str = ""
    places: int | None = None


@dataclass(frozen=True)
class QuestionWish:
    """A question as it should be. `name` "": made from the label. `shown_if` names an earlier question of the form."""

    type: str = Question.Type.TEXT
    label: str = ""
    name: str = ""
    help: str = ""
    requirement: str = Question.Requirement.OPTIONAL
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str = ""
    pattern_help: str = ""
    accepts: tuple[str, ...] = ()
    audience: str = Question.Audience.MEMBER
    shown_if: str = ""
    shown_if_values: tuple[str, ...] = ()
    choices: tuple[ChoiceWish, ...] = ()


def questions_of(version: FormVersion) -> QuerySet[Question]:
    """In their order, with choices and their pools: two statements."""
    choices = Prefetch("choices", FormChoice.objects.select_related("pool"))
    return version.questions.prefetch_related(choices)


def read(questions: Sequence[Question]) -> list[QuestionWish]:
    """The questions of one version as such values."""
    names = {question.pk: question.name for question in questions}
    return [_wish(question, names) for question in questions]


def _wish(question: Question, names: dict[int, str]) -> QuestionWish:
    return QuestionWish(
        type=question.type,
        label=question.label,
        name=question.name,
        help=question.help,
        requirement=question.requirement,
        minimum=question.minimum,
        maximum=question.maximum,
        pattern=question.pattern,
        pattern_help=question.pattern_help,
        accepts=tuple(question.accepts),
        audience=question.audience,
        shown_if=names.get(question.shown_if_id or 0, ""),
        shown_if_values=tuple(question.shown_if_values),
        choices=tuple(
            ChoiceWish(choice.label, choice.value, choice.pool.capacity if choice.pool else None)
            for choice in question.choices.all()
        ),
    )
