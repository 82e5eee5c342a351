"""The organisation's own questions about members, as columns of lists and files (M1, F6).

Files have no column: they are opened from the member's page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import (
    Case,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Length, StrIndex
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual
from django.utils.translation import gettext as _

from kring.core.numbers import plain_number
from kring.core.searching import normal
from kring.forms import countries
from kring.forms.answering import ShownAnswer
from kring.forms.django_form import answer_of
from kring.forms.fields import Circumstances, field_of
from kring.forms.models import Form, FormVersion, Question, Submission
from kring.forms.sheet import questions_of
from kring.forms.sortable import marked, sortable
from kring.forms.wording import text_of
from kring.members.importing import values
from kring.members.models import Member, MemberAnswer
from kring.members.models.answers import BEGINNING
from kring.organisations.current import current_organisation

# Of the key of a column; what follows is the name of the question.
PREFIX = "own-"
BY_MEMBER = Question.Audience.MEMBER, Question.Audience.LEADERS
Type = Question.Type
_SEVERAL = ";|,/"
_KINDS = {
    Type.NUMBER: "number",
    Type.DATE: "date",
    **dict.fromkeys((Type.CHOICE, Type.CHOICES, Type.COUNTRY), "choice"),
    **dict.fromkeys((Type.YES_NO, Type.CONSENT), "yes_no"),
}


@dataclass(frozen=True)
class OwnField:
    """A question in use about members."""

    question: Question
    region: str

    @property
    def key(self) -> str:
        return PREFIX + self.question.name

    @property
    def label(self) -> str:
        return self.question.words

    @property
    def kind(self) -> str:
        """How it is shown and asked for: number, date, choice (of `choices`), yes_no, text."""
        return _KINDS.get(Type(self.question.type), "text")

    @property
    def file_kind(self) -> str:
        """As `spreadsheet.Sheet` has it."""
        return self.kind if self.kind in ("number", "date") else "text"

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """Value and label of each."""
        if self.question.type == Type.COUNTRY:
            return list(countries.names().items())
        return [(choice.value, choice.words(self.question.name)) for choice in self.question.choices.all()]

    def answer(self, member: Member) -> object:
        return member.submission.answers.get(self.question.name) if member.submission else None

    def text(self, member: Member) -> str:
        """In the reader's language; "" where there is no answer."""
        return text_of(self.question, self.answer(member))

    def cell(self, member: Member) -> object:
        """For a file: a number, a day, or text that `read` knows again in the same language."""
        answer = self.answer(member)
        if answer is None:
            return ""
        if self.kind == "number":
            return Decimal(str(answer))
        if self.kind == "date":
            return date.fromisoformat(str(answer))
        if isinstance(answer, list):
            labels = dict(self.choices)
            return "\n".join(labels.get(value) or str(value) for value in answer)
        return text_of(self.question, answer)

    @property
    def answers(self) -> QuerySet[Any]:
        """Of all members, with `by`: what they are sorted by, choices in the order of their labels."""
        return MemberAnswer.objects.filter(name=self.question.name, kind=self.kind).annotate(by=self._by)

    @property
    def _by(self) -> Expression | F:
        if self.question.type != Type.CHOICE:
            return F("sort")
        labels = sorted(self.choices, key=lambda choice: choice[1].casefold())
        ranks = [When(sort=marked(value), then=rank) for rank, (value, _label) in enumerate(labels)]
        return Case(*ranks, default=len(ranks), output_field=IntegerField())

    def sortable(self) -> Subquery:
        """What rows of members are sorted by; nothing where there is no answer, or one of another kind."""
        return Subquery(self.answers.filter(submission=OuterRef("submission")).values("by"))

    def is_answered(self) -> Q:
        return Q(submission__in=MemberAnswer.objects.filter(name=self.question.name).values("submission"))

    def is_one_of(self, value: str) -> Q:
        """A choice, a country; of yes or no `true` or `false`."""
        if self.question.type == Type.CHOICES:
            return self._of(_occurs(Value(marked(value))))
        return self._of(Q(sort=marked(value) if self.question.type == Type.CHOICE else value))

    def contains(self, words: str) -> Q:
        """Whatever the case and the accents. The rest of a long answer is only read where there is one."""
        wanted = Value(normal(words))
        whole = Func(KeyTextTransform(self.question.name, "answers"), function="core_normal", output_field=TextField())
        longer = Submission.objects.alias(whole=whole).filter(_occurs(wanted, "whole"), pk=OuterRef("submission"))
        is_cut = Q(GreaterThanOrEqual(Length("sort"), BEGINNING))
        return self._of(_occurs(wanted) | is_cut & Q(Exists(longer)))

    def is_between(self, low: Decimal | date | None, high: Decimal | date | None) -> Q:
        """Both included."""
        condition = Q()
        if low is not None:
            condition &= Q(sort__gte=sortable(low))
        if high is not None:
            condition &= Q(sort__lte=sortable(high))
        return self._of(condition)

    def _of(self, condition: Q) -> Q:
        """Members whose answer fulfils it."""
        return Q(submission__in=self.answers.filter(condition).values("submission"))

    def read(self, text: str) -> object:
        """The answer that a cell of a file gives. Raises ValidationError."""
        return answer_of(self._field.clean(self._sent(text.strip())))

    @cached_property
    def _field(self) -> forms.Field:
        made = field_of(self.question, Circumstances(region=self.region, own=False))
        made.required = False
        return made

    def _sent(self, text: str) -> object:
        """What a browser would have sent."""
        match self.question.type:
            case Type.CHOICE:
                return self._value(text)
            case Type.CHOICES:
                return [self._value(part.strip()) for part in self._parts(text)]
            case Type.YES_NO:
                return "yes" if values.yes_or_no(text) else "no"
            case Type.CONSENT:
                return values.yes_or_no(text)
            case Type.DATE:
                return values.day(text).isoformat()
            case Type.NUMBER:
                return plain_number(text)
            case Type.COUNTRY:
                return values.country(text)
        return text

    def _parts(self, text: str) -> list[str]:
        """A line each, as they are exported; else by the mark that makes choices of all parts: labels have commas."""
        if "\n" in text or self._find(text) is not None:
            return text.split("\n")
        ways = [text.split(mark) for mark in _SEVERAL if mark in text]
        whole = (parts for parts in ways if all(self._find(part.strip()) for part in parts))
        return next(whole, ways[0] if ways else [text])

    def _value(self, text: str) -> str:
        found = self._find(text)
        if found is None:
            message = _("“%(text)s” is none of the choices: %(choices)s.")
            labels = ", ".join(label for _value, label in self.choices[:10])
            raise ValidationError(message, params={"text": text[:40], "choices": labels})
        return found

    def _find(self, text: str) -> str | None:
        """By its label as it stands here, else whatever its case, else by its value."""
        by_label = {label: value for value, label in self.choices}
        loosely = {label.casefold(): value for value, label in reversed(self.choices)}
        by_value = {value: value for value, _label in self.choices}
        return by_label.get(text) or loosely.get(text.casefold()) or by_value.get(text)


def own_fields() -> list[OwnField]:
    """Those in use now, in the order of the form. Three statements, one where nothing is asked."""
    version = current_version()
    if version is None:
        return []
    region = current_organisation().country
    return [OwnField(question, region) for question in questions_of(version) if question.type != Type.FILE]


def current_version() -> FormVersion | None:
    """Of the form about members. One statement."""
    rows = FormVersion.objects.filter(form__purpose=Form.Purpose.MEMBER, form__retired_at=None)
    found: FormVersion | None = rows.order_by("-number").first()
    return found


def shown_to(answers: Iterable[ShownAnswer], *audiences: str) -> list[ShownAnswer]:
    """Those that these may see by what the organisation says now, whatever it said when they were given.

    What is no longer asked is for staff. Two statements, none where there are no answers.
    """
    given = [one for one in answers if one.text]
    version = current_version() if given else None
    if version is None:
        return []
    names = set(version.questions.filter(audience__in=audiences).values_list("name", flat=True))
    return [one for one in given if one.question.name in names and one.question.audience in audiences]


def answers_seen_by(member: Member, *audiences: str) -> dict[str, object]:
    """By the name of the question, as `shown_to`. Four statements at most, none where nothing was answered."""
    if member.submission is None or not member.submission.answers:
        return {}
    version = current_version()
    if version is None:
        return {}
    names = set.intersection(
        *(
            set(each.questions.filter(audience__in=audiences).values_list("name", flat=True))
            for each in (version, member.submission.version)
        )
    )
    return {name: answer for name, answer in member.submission.answers.items() if name in names}


def apart(given: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Of values by column: those of the register's columns, and those of own fields by the name of the question."""
    own = {name.removeprefix(PREFIX): value for name, value in given.items() if name.startswith(PREFIX)}
    return {name: value for name, value in given.items() if not name.startswith(PREFIX)}, own


def _occurs(words: Expression, where: str = "sort") -> Q:
    return Q(GreaterThan(StrIndex(where, words), 0))
