"""The organiser's report on an event (X1): attendees by attraction and over time, how full it is, what was answered.

Everything is a section of rows: the page draws them, and page, PDF and spreadsheet list the same figures. The number of
statements does not grow with the registrations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Avg, Count, FloatField, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from kring.billing.models import Order, OrderLine
from kring.events.models import Attraction, Event
from kring.events.occupancy import Occupancy
from kring.events.offering import parts_with_places
from kring.forms.models import Question
from kring.forms.sortable import mark_of
from kring.payments.models import Refund
from kring.registrations.columns import questions_of
from kring.registrations.filtering import marks_in
from kring.registrations.gifts import KIND as GIFT
from kring.registrations.models import Answer, Registration, RegistrationQuerySet

CHOSEN = (Question.Type.CHOICE, Question.Type.CHOICES, Question.Type.YES_NO, Question.Type.CONSENT)
# Over a longer time there would be too many days: the chart has weeks.
MOST_DAYS = 92


@dataclass(frozen=True)
class Section:
    """`kinds` as in core.spreadsheet. `chart`: "bars" of the first number of each row, "shares" where it is per cent,
    "lines" of all, or ""."""

    key: str
    title: str
    heads: list[str]
    kinds: list[str]
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    chart: str = ""


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def report(event: Event) -> list[Section]:
    """About ten statements, whatever the event's size."""
    registrations = Registration.objects.filter(event=event, line__order__is_test=False).order_by()
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for attraction, state, number in registrations.values_list("attraction", "state").annotate(Count("pk")):
        counted[attraction][state] += number
    attractions = list(parts_with_places().filter(event=event))
    found = [
        _states(attractions, counted),
        _occupancy(attractions),
        _over_time(registrations),
        _income(registrations),
        *_answers(event),
    ]
    return [section for section in found if section.rows]


def _states(attractions: Sequence[Attraction], counted: dict[int, Counter[str]]) -> Section:
    states = [(state, label) for state, label in Registration.State.choices if any(n[state] for n in counted.values())]
    rows = [
        [each.name, sum(counted[each.pk].values()), *(counted[each.pk][state] for state, _label in states)]
        for each in attractions
    ]
    heads = [_("Attraction"), _("all"), *(str(label) for _state, label in states)]
    return Section("states", _("Registrations by status"), heads, ["text", *_numbers(len(heads) - 1)], rows, "bars")


def _occupancy(attractions: Sequence[Attraction]) -> Section:
    rows = [
        [each.name, _percent(full.taken, full.capacity), full.taken, full.capacity]
        for each, full in ((each, Occupancy.of_attraction(each)) for each in attractions)
        if full.capacity
    ]
    heads = [_("Attraction"), _("full, %"), _("places taken"), _("places")]
    return Section("occupancy", _("How full it is"), heads, ["text", *_numbers(3)], rows, "shares")


def _percent(taken: int, capacity: int) -> int:
    return 100 * taken // capacity


def _over_time(registrations: RegistrationQuerySet) -> Section:
    """Each day or week with registrations, and the total by then."""
    completed = Count("pk", filter=Q(state=Registration.State.COMPLETED))
    days = registrations.annotate(day=TruncDate("created_at")).values_list("day").annotate(Count("pk"), done=completed)
    by_day = {day: (number, done) for day, number, done in days}
    rows, total, total_done = [], 0, 0
    for first, last in _steps(by_day):
        new = sum(number for day, (number, _done) in by_day.items() if first <= day <= last)
        total += new
        total_done += sum(done for day, (_number, done) in by_day.items() if first <= day <= last)
        rows.append([last, total, total_done, new])
    heads = [_("until"), _("registered so far"), _("of which confirmed"), _("new")]
    return Section("time", _("Registrations over time"), heads, ["date", *_numbers(3)], rows, "lines")


def _steps(by_day: Iterable[date]) -> list[tuple[date, date]]:
    days = sorted(by_day)
    if not days:
        return []
    width = 1 if (days[-1] - days[0]).days < MOST_DAYS else 7 * (1 + (days[-1] - days[0]).days // (7 * MOST_DAYS))
    steps, first = [], days[0]
    while first <= days[-1]:
        steps.append((first, min(first + timedelta(days=width - 1), days[-1])))
        first += timedelta(days=width)
    return steps


def _income(registrations: RegistrationQuerySet) -> Section:
    """What the completed ones cost; refunds are listed with the payments."""
    sold = registrations.filter(state=Registration.State.COMPLETED).values_list("attraction__name", "ticket_type__name")
    summed = sold.annotate(Sum("line__amount"), Count("pk")).order_by("attraction__name", "ticket_type__name")
    rows = [[f"{attraction} · {ticket}", amount or Decimal(0), number] for attraction, ticket, amount, number in summed]
    all_orders = Order.objects.filter(lines__registrations__in=registrations)
    orders = all_orders.filter(state=Order.State.PAID)
    gifts = OrderLine.objects.filter(order__in=orders.values("pk"), kind=GIFT, cancelled_at=None)
    given = gifts.aggregate(amount=Sum("amount"), number=Count("pk"))
    # Instead of a refund, also of orders that were cancelled since.
    refunds = Refund.objects.filter(
        how=Refund.How.GIFT, state=Refund.State.DONE, payment__order__in=all_orders.values("pk")
    )
    stays = refunds.aggregate(amount=Sum("amount"), number=Count("pk"))
    if number := given["number"] + stays["number"]:
        rows.append([_("Gifts"), (given["amount"] or Decimal(0)) + (stays["amount"] or Decimal(0)), number])
    heads = [_("Ticket type"), _("income"), _("confirmed")]
    return Section("income", _("Income by ticket type"), heads, ["text", "money", "number"], rows, "bars")


def _answers(event: Event) -> list[Section]:
    questions = questions_of(event)
    chosen = [each for each in questions if each.type in CHOSEN]
    measured = [each for each in questions if each.type == Question.Type.NUMBER]
    return [*_choices(event, chosen), *_measures(event, measured)]


def _given(event: Event, names: Sequence[str]) -> QuerySet[Answer]:
    """Answers of those who come or still may: without cancelled and lapsed registrations."""
    return Answer.objects.filter(event=event, name__in=names, registration__state__in=Registration.LIVE).order_by()


def _choices(event: Event, questions: Sequence[Question]) -> list[Section]:
    """How often each choice was taken, also those never taken. One statement for all questions."""
    names = [question.name for question in questions]
    if not names:
        return []
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, sort, number in _given(event, names).values_list("name", "sort").annotate(Count("registration")):
        for mark in marks_in(sort):
            counts[name][mark] += number
    words = _words(questions)
    return [_of_choices(question, counts[question.name], words[question.name]) for question in questions]


def _words(questions: Sequence[Question]) -> dict[str, dict[str, str]]:
    """By question: the mark of the choice → as people read it, in the form's order."""
    yes_no = {"true": _("yes"), "false": _("no")}
    return {
        question.name: yes_no
        if question.type in (Question.Type.YES_NO, Question.Type.CONSENT)
        else {mark_of(each.value): str(each.words(question.name)) for each in question.all_choices}  # type: ignore[attr-defined]
        for question in questions
    }


def _of_choices(question: Question, counts: Counter[str], words: dict[str, str]) -> Section:
    rows = [[label, counts[mark]] for mark, label in words.items()]
    if gone := sum(number for mark, number in counts.items() if mark not in words):
        rows.append([_("no longer offered"), gone])
    heads, kinds = [_("answer"), _("how often")], ["text", "number"]
    return Section(f"a-{question.name}", question.words, heads, kinds, rows if counts else [], "bars")


def _measures(event: Event, questions: Sequence[Question]) -> list[Section]:
    """One statement for all questions with a number as answer."""
    given = _given(event, [each.name for each in questions]).filter(number__isnull=False)
    figures = {"smallest": Min("number"), "median": Median("number"), "mean": Avg("number"), "largest": Max("number")}
    measured = given.values_list("name").annotate(count=Count("pk"), **figures)
    found = {name: measures for name, *measures in measured} if questions else {}
    rows = [[each.words, *map(_rounded, found[each.name])] for each in questions if each.name in found]
    heads = [_("question"), _("answers"), _("smallest"), _("median"), _("mean"), _("largest")]
    return [Section("numbers", _("Numeric answers"), heads, ["text", *_numbers(5)], rows)]


def _rounded(value: Decimal | float) -> Decimal | int:
    return value if isinstance(value, int) else round(Decimal(value), 2).normalize() + 0


def _numbers(count: int) -> list[str]:
    return ["number"] * count
