"""Filters of registrations: by their facts, their payment, and any answer (R7, F4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, Q, QuerySet, TextField
from django.db.models import Value as V
from django.db.models.functions import Length
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from kring.billing.models import Order
from kring.core import dates
from kring.events.models import Event
from kring.forms.models import Question
from kring.forms.sortable import BETWEEN_CHOICES, marked, sortable
from kring.payments.models import Payment
from kring.registrations.listed import BEGINNING
from kring.registrations.models import Answer

OPEN, OVERDUE = "open", "overdue"
# `Answer.sort` of an answer with choices: the beginning of their labels, then a mark of each, with separators.
AFTER_LABELS = "\x1e"


@dataclass(frozen=True)
class AnswerFilter:
    """The condition on an answer: it contains these words, is one of these choices, or lies within these bounds."""

    question: Question
    contains: str = ""
    one_of: tuple[str, ...] = ()
    low: Decimal | date | None = None
    high: Decimal | date | None = None


@dataclass(frozen=True)
class RegistrationFilter:
    """Empty fields do not filter. Days are days of the organisation, both included."""

    keys: list[int] | None = None
    event: int | None = None
    attraction: int | None = None
    ticket_type: int | None = None
    state: str = ""
    order_state: str = ""
    method: str = ""
    checked_in: bool | None = None
    # An instalment is open, or overdue.
    instalment: str = ""
    since: date | None = None
    until: date | None = None
    answers: list[AnswerFilter] = field(default_factory=list)


def narrow(rows: QuerySet, wanted: RegistrationFilter, event: Event | None = None) -> QuerySet:
    """Rows of `Listed`: those that are wanted, of whichever state: `wanted.state` is left to who counts the states."""
    if wanted.keys is not None:
        rows = rows.filter(among(wanted.keys))
    exact: Mapping[str, object] = {
        "event": wanted.event,
        "attraction": wanted.attraction,
        "ticket_type": wanted.ticket_type,
        "order_state": wanted.order_state or None,
        "method": wanted.method or None,
        "payment__in": [*Payment.OPEN, Payment.State.PAID] if wanted.method else None,
        "created_at__gte": wanted.since and dates.beginning(wanted.since),
        "created_at__lt": wanted.until and dates.end(wanted.until),
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if wanted.checked_in is not None:
        rows = rows.filter(admitted_at__isnull=not wanted.checked_in)
    if wanted.instalment:
        rows = rows.filter(registration__line__order__in=_with_instalment(wanted.instalment))
    for wish in wanted.answers:
        rows = rows.filter(_has(wish, event))
    return rows


def _with_instalment(which: str) -> QuerySet:
    if which == OVERDUE:
        return Order.objects.in_arrears()
    return Order.objects.filter(state=Order.State.PAID, next_due_on__isnull=False)


def among(keys: Sequence[int]) -> Func:
    """The registration is one of these: a single parameter, however many they are."""
    listed = V(keys, output_field=ArrayField(BigIntegerField()))
    return Func(
        F("registration_id"), listed, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _has(wish: AnswerFilter, event: Event | None) -> Q:
    answer, condition = AnswerOf(wish.question.name), Q()
    if wish.one_of:
        condition &= _is_one_of(wish, answer)
    if wish.contains:
        condition &= _contains(wish, answer, event)
    if wish.low is not None:
        condition &= Q(GreaterThanOrEqual(answer, V(sortable(wish.low))))
    if wish.high is not None:
        condition &= Q(LessThanOrEqual(answer, V(sortable(wish.high))))
    return condition


def _contains(wish: AnswerFilter, answer: AnswerOf, event: Event | None) -> Q:
    """The rest of a long answer is only read where there is one."""
    words = normal(wish.contains)
    longer = Answer.objects.filter(Occurs(words, F("sort")), name=wish.question.name)
    if event is not None:
        # It is in the index before the name.
        longer = longer.filter(event=event)
    is_cut = Q(GreaterThanOrEqual(Length(answer), V(BEGINNING)))
    return Q(Occurs(words, answer)) | is_cut & Q(registration__in=longer.values("registration"))


def _is_one_of(wish: AnswerFilter, answer: AnswerOf) -> Q:
    wanted = Q(pk__in=[])
    for value in wish.one_of:
        if wish.question.type in (Question.Type.CHOICE, Question.Type.CHOICES):
            wanted |= Q(Occurs(V(marked(value), output_field=TextField()), answer))
        else:
            wanted |= Q(Exact(answer, normal(value)))
    return wanted


def marks_in(sort: str) -> list[str]:
    """Of an answer's choices; of yes or no the answer itself."""
    _labels, _found, marks = sort.rpartition(AFTER_LABELS)
    return marks.strip(BETWEEN_CHOICES).split(BETWEEN_CHOICES)


class AnswerOf(Func):
    """The value in a row of `Listed` of the answer to the question of this name."""

    output_field = TextField()
    template = '((%(expressions)s) COLLATE "C")'
    arg_joiner = " ->> "

    def __init__(self, name: str, at: str = "") -> None:
        super().__init__(F(f"{at}answer_texts"), V(name, output_field=TextField()))


def normal(words: str) -> Func:
    """Without case and accents, as `Answer.sort`, `Searchable` and `Listed` hold them; made once, not for each row."""
    made = normal_of(V(words.replace("\x00", ""), output_field=TextField()))
    return Func(made, template="(SELECT %(expressions)s)", output_field=TextField())


def normal_of(text: object) -> Func:
    return Func(text, function="core_normal", output_field=TextField())


class Occurs(Func):
    """The position of the second text in the first; for an indexed column the index alone answers it."""

    function = "strpos"
    output_field = BooleanField()

    def __init__(self, part: Expression, whole: Expression | F) -> None:
        super().__init__(whole, part)

    def as_sql(self, *args: Any, **options: Any) -> tuple[str, tuple[str | int, ...]]:
        sql, values = super().as_sql(*args, **options)
        return f"{sql} > 0", values
