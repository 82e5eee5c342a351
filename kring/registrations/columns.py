"""What the organiser's list can show of a registration: basic facts, its order, its ticket, each answer (R7, F4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.billing.models import AppliedRule, Order
from kring.events.models import Event
from kring.forms import countries
from kring.forms.models import Form, FormChoice, Question
from kring.payments.methods import UnknownMethod
from kring.payments.methods import method as method_called
from kring.payments.models import Payment
from kring.registrations.models import Registration

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Words = StrOrPromise
# As `listing.fetch` reads it: which names it has depends on the columns.
type Row = Mapping[str, Any]

ANSWER = "a."


@dataclass(frozen=True)
class Column:
    """`kind` is how its values are shown: text, state, choice, number, money, rules, date, moment, yes_no, country.

    Of several choices each is on a line of its own: no label has two.

    `source` is where a row of `listing.fetch` has the value; of an answer the name of its question.
    """

    key: str
    label: Words
    kind: str = "text"
    source: str = ""
    choices: Mapping[str, Words] = field(default_factory=dict)
    question: Question | None = None

    @property
    def is_answer(self) -> bool:
        return self.question is not None

    def value(self, row: Row) -> object:
        """As a value for programs: a number, a day, a moment, or text in the reader's language; None: nothing."""
        if self.question is not None:
            answer = (row["answer_texts"] or {}).get(self.source)
            return None if answer is None else self._answer(answer)
        found = row[self.source]
        if self.kind == "method":
            return _method(found) if found else None
        if self.kind == "rules":
            return ", ".join(AppliedRule.read(each).text for each in found) or None
        return str(self.choices.get(found, found)) if found and self.choices else found

    def _answer(self, answer: str) -> object:
        match self.kind:
            case "number":
                return _number(answer)
            case "date":
                return _day(answer)
            case "yes_no":
                return gettext("yes") if answer == "true" else gettext("no") if answer == "false" else answer
            case "country":
                return countries.name(answer)
            case "choices" if self.choices:
                return "\n".join(str(self.choices.get(each, each)) for each in answer.split("\n"))
        return str(self.choices.get(answer, answer))


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _method(key: str) -> str:
    try:
        return str(method_called(key).label)
    except UnknownMethod:
        return key


NAME = Column("name", _("Who"), source="attendee_name")
EVENT = Column("event", _("Event"), source="event_name")
BASIC = [
    NAME,
    Column("email", _("Email"), source="attendee_email"),
    Column("state", _("State"), "state", "state", choices=dict(Registration.State.choices)),
    EVENT,
    Column("attraction", _("Attraction"), source="attraction__name"),
    Column("ticket_type", _("Ticket type"), source="ticket_type__name"),
    Column("team", _("Team"), source="team__name"),
    Column("number", _("Order number"), source="line__order__number"),
    Column("created_at", _("Registered"), "moment", "created_at"),
    Column("profession", _("Profession"), "choice", "profession", choices=professions.LABELS),
    Column("price", _("Price"), "money", "line__amount"),
    Column("base", _("Price before rules"), "money", "price_before"),
    Column("price_rules", _("Price rules"), "rules", "line__trace"),
    Column("order_state", _("Order"), "choice", "line__order__state", choices=dict(Order.State.choices)),
    Column("buyer", _("Buyer"), source="line__order__buyer_name"),
    Column("buyer_email", _("Buyer's email"), source="line__order__buyer_email"),
    Column("payment", _("Payment"), "choice", "listed__payment", choices=dict(Payment.State.choices)),
    Column("method", _("Payment method"), "method", "listed__method"),
    Column("still_open", _("Still to be paid"), "money", "still_open"),
    Column("next_due_on", _("Next instalment due"), "date", "line__order__next_due_on"),
    Column("completed_at", _("Completed"), "moment", "completed_at"),
    Column("cancelled_at", _("Cancelled"), "moment", "cancelled_at"),
    Column("ticket", _("Ticket issued"), "moment", "tickets__issued_at"),
    Column("admitted_at", _("Checked in"), "moment", "tickets__admitted_at"),
    Column("admitted_where", _("Checked in at"), source="tickets__admitted_where"),
]
SENSIBLE = ("name", "state", "event", "attraction", "number", "created_at")


def columns_of(event: Event | None) -> dict[str, Column]:
    """All columns for this event, or for all events: basic data only. Two statements."""
    basic = [column for column in BASIC if event is None or column is not EVENT]
    found = [*basic, *map(_of_question, questions_of(event))]
    return {column.key: column for column in found}


def chosen(columns: Mapping[str, Column], keys: Iterable[str]) -> list[Column]:
    """These in their order, or a default set. The name is always included: it links to the registration."""
    known = [columns[key] for key in dict.fromkeys(keys) if key in columns]
    if not known:
        known = [columns[key] for key in SENSIBLE if key in columns]
    return known if NAME in known else [NAME, *known]


def questions_of(event: Event | None) -> list[Question]:
    """Questions in use now or earlier: the latest of each name, with the choices of all. Basic data come first."""
    questions = Q(version__form__purpose=Form.Purpose.BASIC)
    if event is not None:
        questions |= Q(version__form__in=event.attractions.exclude(form=None).values("form"))
    ordered = Question.objects.filter(questions).select_related("version__form").order_by("version__number", "position")
    found: dict[str, Question] = {}
    offered: dict[str, dict[str, FormChoice]] = {}
    for question in ordered.prefetch_related(Prefetch("choices", FormChoice.objects.order_by("position", "pk"))):
        found.pop(question.name, None)
        found[question.name] = question
        values = offered.setdefault(question.name, {})
        values |= {choice.value: choice for choice in question.choices.all()}
    for name, question in found.items():
        question.all_choices = list(offered[name].values())  # type: ignore[attr-defined]
    return sorted(found.values(), key=lambda question: question.version.form.purpose != Form.Purpose.BASIC)


def _of_question(question: Question) -> Column:
    kind = {"consent": "yes_no"}.get(question.type, question.type)
    # A choice without a label of its own has a different one in each language: the rows then hold its value.
    choices = {choice.value: _words(choice, question) for choice in question.all_choices if not choice.label}  # type: ignore[attr-defined]
    return Column(ANSWER + question.name, _label(question), kind, question.name, choices, question)


def _label(question: Question) -> str:
    return str(getattr(question, "words", "") or question.label or question.name)


def _words(choice: FormChoice, question: Question) -> str:
    return str(choice.words(question.name))


def words_of_choices(question: Question) -> list[tuple[str, str]]:
    """The choices of all versions, to choose from."""
    return [(choice.value, _words(choice, question)) for choice in question.all_choices]  # type: ignore[attr-defined]
