"""The answer to a question with choices; each choice may have an amount of its own (D2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core.form_fields import AmountField
from kring.events.eligibility.ruling import versions_in_use
from kring.events.models import Attraction, Event
from kring.events.pricing.condition import Condition, Settings
from kring.events.pricing.quoting import CENT, Facts
from kring.forms import known
from kring.forms.checking import ANSWERED_YES_NO, WITH_CHOICES
from kring.forms.conditions import as_values
from kring.forms.models import Question

_COST = "cost_"


class Askable(NamedTuple):
    """A question whose answers a price may depend on: its words, and those of each of its choices. `labels`: those of
    the organisation, by value, of the question itself under ""; a well-known question has none."""

    words: str
    choices: Mapping[str, str]
    labels: Mapping[str, str]


class AnswerSettings(forms.Form):
    """Which question comes first; its choices are fields once it is chosen."""

    question = forms.ChoiceField(
        label=gettext_lazy("Question"),
        help_text=gettext_lazy("One with choices, of the forms of this event or of the basic data."),
    )

    def __init__(
        self, data: Mapping[str, object] | None, *, initial: Settings, questions: Mapping[str, Askable]
    ) -> None:
        super().__init__(data, initial=_flat(initial))
        self.fields["question"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((name, each.words) for name, each in questions.items()),
        ]
        if len(questions) == 1 and not self.initial.get("question"):
            # Nothing to choose: its answers are asked for at once.
            self.initial["question"] = next(iter(questions))
        self.questions, chosen = questions, str((data or self.initial).get("question") or "")
        if chosen in questions:
            self._ask(questions[chosen])

    def _ask(self, question: Askable) -> None:
        self.fields["answers"] = forms.MultipleChoiceField(
            label=_("With one of these answers"),
            choices=[*question.choices.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose its answers now, and save again.")},
        )
        for value, words in question.choices.items():
            self.fields[f"{_COST}{value}"] = AmountField(
                label=_("Own amount of “%(choice)s”") % {"choice": words},
                required=False,
                min_value=CENT,
                max_digits=8,
                decimal_places=2,
            )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        given = {value: cleaned[f"{_COST}{value}"] for value in cleaned["answers"]}
        costs = {value: str(cost) for value, cost in given.items() if cost is not None}
        kept = {"question": cleaned["question"], "answers": cleaned["answers"], "costs": costs}
        named = {value: words for value, words in self.questions[cleaned["question"]].labels.items() if words}
        labels = {value: words for value, words in named.items() if value in {"", *cleaned["answers"]}}
        return kept | ({"labels": labels} if labels else {})


class Answer(Condition):
    """With several answers each counts: what they cost is added up."""

    key = "answer"
    label = gettext_lazy("Answer to a question")
    description = gettext_lazy(
        "By what is chosen in the form, such as a meal or a T-shirt; each choice at its own price."
    )
    icon = "list-check"

    @classmethod
    def form(
        cls, event: Event, attraction: Attraction | None, data: Mapping[str, object] | None, initial: Settings
    ) -> forms.Form:
        attractions = [attraction] if attraction else list(event.attractions.all())
        return AnswerSettings(data, initial=initial, questions=questions_with_choices(attractions))

    def holds(self, facts: Facts, at: datetime) -> bool:
        return bool(self._given(facts))

    def amount(self, facts: Facts, amount: Decimal) -> Decimal:
        return sum((self._of(value, amount) for value in self._given(facts)), Decimal(0))

    def amounts(self, amount: Decimal) -> tuple[Decimal, ...]:
        each = [self._of(value, amount) for value in self.settings["answers"]]
        return (min(each), max(each)) if each else (amount,)

    def _of(self, value: str, amount: Decimal) -> Decimal:
        return Decimal(self.settings.get("costs", {}).get(value, amount))

    def _given(self, facts: Facts) -> set[str]:
        return as_values(facts.answers.get(self.settings["question"])) & set(self.settings["answers"])

    def sentence(self) -> str:
        question = str(self.settings["question"])
        labels = self.settings.get("labels", {})
        each = (_choice_words(question, value, labels.get(value, "")) for value in self.settings["answers"])
        words = {"question": known.label(question, labels.get("", "")), "answers": _(" or ").join(each)}
        return _("“%(question)s”: %(answers)s") % words

    def questions(self) -> list[tuple[str, ...]]:
        return [(str(self.settings["question"]),)]


def questions_with_choices(attractions: list[Attraction]) -> dict[str, Askable]:
    """By name; of one that stands in several forms all choices. Professions have a condition of their own, with proof.
    Four statements."""
    rows = Question.objects.filter(version__in=versions_in_use(attractions).values())
    rows = rows.filter(type__in=WITH_CHOICES | ANSWERED_YES_NO).exclude(name="profession")
    found: dict[str, Askable] = {}
    for question in rows.prefetch_related("choices"):
        before = found.get(question.name, Askable("", {}, {}))
        labels = {"": question.label, **{each.value: each.label for each in question.choices.all()}}
        choices = {**before.choices, **dict(_choices(question))}
        found[question.name] = Askable(question.words, choices, {**before.labels, **labels})
    return found


def _choices(question: Question) -> Iterator[tuple[str, str]]:
    if question.type in ANSWERED_YES_NO:
        return iter([("yes", _("yes")), ("no", _("no"))])
    return ((choice.value, choice.words(question.name)) for choice in question.choices.all())


def _choice_words(question: str, value: str, own: str) -> str:
    return own or {"yes": _("yes"), "no": _("no")}.get(value) or known.choice_label(question, value, "")


def _flat(settings: Settings) -> dict[str, object]:
    costs = {f"{_COST}{value}": Decimal(cost) for value, cost in settings.get("costs", {}).items()}
    return {name: settings[name] for name in ("question", "answers") if name in settings} | costs
