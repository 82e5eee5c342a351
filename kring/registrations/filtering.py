"""Which registrations are wanted: by what they are, how they are paid, and any answer (R7, F4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.utils import timezone

from kring.events.models import Event
from kring.forms.models import Question
from kring.payments.models import Payment
from kring.registrations.models import Answer, Ticket

# As in the database: registrations_sortable.
FARTHEST = Decimal(99_999_999_999_999)
BETWEEN_CHOICES = "\x1f"


@dataclass(frozen=True)
class Wish:
    """What an answer shall be: contain these words, be one of these choices, lie between these bounds (both may)."""

    question: Question
    contains: str = ""
    one_of: tuple[str, ...] = ()
    low: Decimal | date | None = None
    high: Decimal | date | None = None


@dataclass(frozen=True)
class Wanted:
    """All that is empty does not matter. Days are days of the organisation, both included."""

    keys: list[int] | None = None
    event: int | None = None
    attraction: int | None = None
    ticket_type: int | None = None
    state: str = ""
    order_state: str = ""
    method: str = ""
    checked_in: bool | None = None
    since: date | None = None
    until: date | None = None
    answers: list[Wish] = field(default_factory=list)


def narrow(rows: QuerySet, wanted: Wanted, event: Event | None = None) -> QuerySet:
    """Those that are wanted, of whichever state: `wanted.state` is left to who counts the states."""
    if wanted.keys is not None:
        rows = rows.filter(among(wanted.keys))
    exact: Mapping[str, Any] = {
        "event": wanted.event,
        "attraction": wanted.attraction,
        "ticket_type": wanted.ticket_type,
        "line__order__state": wanted.order_state or None,
        "created_at__gte": wanted.since and _begin(wanted.since),
        "created_at__lt": wanted.until and _begin(wanted.until + timedelta(days=1)),
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if wanted.method:
        rows = rows.filter(line__order__in=_paid_by(wanted.method).values("order"))
    if wanted.checked_in is not None:
        inside = Exists(Ticket.objects.filter(registration=OuterRef("pk"), admitted_at__isnull=False))
        rows = rows.filter(inside if wanted.checked_in else ~inside)
    for wish in wanted.answers:
        rows = rows.filter(_has(wish, event))
    return rows


def among(keys: Sequence[int]) -> Func:
    """The key of the row is one of these: one value, however many they are."""
    listed = Value(keys, output_field=ArrayField(BigIntegerField()))
    return Func(F("pk"), listed, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def sortable(value: Decimal | date | str) -> str:
    """As the database writes it into `Answer.sort`; a text without its case and accents is the database's to make."""
    if isinstance(value, Decimal):
        return f"{min(max(value, -FARTHEST), FARTHEST) + FARTHEST + 1:020.4f}"
    return value.isoformat() if isinstance(value, date) else value


def _paid_by(method: str) -> QuerySet:
    return Payment.objects.filter(method=method, state__in=[*Payment.OPEN, Payment.State.PAID])


def _has(wish: Wish, event: Event | None) -> Exists:
    answers = Answer.objects.filter(registration=OuterRef("pk"), name=wish.question.name)
    if event is not None:
        # It is in the index before the name.
        answers = answers.filter(event=event)
    if wish.one_of:
        answers = answers.filter(_is_one_of(wish))
    if wish.contains:
        answers = answers.filter(Occurs(normal(wish.contains), F("sort")))
    if wish.low is not None:
        answers = answers.filter(sort__gte=sortable(wish.low))
    if wish.high is not None:
        answers = answers.filter(sort__lte=sortable(wish.high))
    return Exists(answers)


def _is_one_of(wish: Wish) -> Q:
    """By the words of the choice, as they stand in the index. A change of a label keeps its value, so all count."""
    wanted = Q(pk__in=[])
    for value in wish.one_of:
        for words in _words_of(wish.question, value):
            if wish.question.type == Question.Type.CHOICES:
                wanted |= Q(Occurs(_between(words), F("sort")))
            else:
                wanted |= Q(sort=normal(words))
    return wanted


def _words_of(question: Question, value: str) -> set[str]:
    offered = [choice for choice in question.all_choices if choice.value == value]  # type: ignore[attr-defined]
    return {choice.label or choice.value for choice in offered} or {value}


def _between(words: str) -> Func:
    edge = Value(BETWEEN_CHOICES, output_field=TextField())
    return Func(edge, normal(words), edge, template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField())


def normal(words: str) -> Func:
    """Without case and accents, as `Answer.sort` and `Searchable` hold them."""
    return normal_of(Value(words.replace("\x00", ""), output_field=TextField()))


def normal_of(said: Any) -> Func:
    return Func(said, function="registrations_normal", output_field=TextField())


class Occurs(Func):
    """The first in the second; said of a column of an index it is answered from the index alone."""

    function = "strpos"
    output_field = BooleanField()

    def __init__(self, part: Any, whole: Any) -> None:
        super().__init__(whole, part)

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, values = super().as_sql(*args, **kwargs)
        return f"{sql} > 0", values


def _begin(day: date) -> datetime:
    """Midnight where the organisation is."""
    return timezone.make_aware(datetime.combine(day, time.min))
