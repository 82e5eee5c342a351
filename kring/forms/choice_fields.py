"""Fields with choices, of which some may have no place left (F1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from kring.forms.models import FormChoice, Question

# With more choices than this a select box is easier than buttons.
MOST_BUTTONS = 7


class Full(forms.Widget):
    """Choices without a place left are shown but cannot be chosen."""

    full: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        if str(value) in self.full:
            option["attrs"]["disabled"] = True
        return option


class Buttons(Full, forms.RadioSelect):
    pass


class OpenList(Full, forms.Select):
    pass


class Ticks(Full, forms.CheckboxSelectMultiple):
    pass


class OneOf(forms.ChoiceField):
    def __init__(self, *, offer: ChoiceOffer, **kwargs: Any) -> None:
        few = len(offer.choices) <= MOST_BUTTONS
        widget = Buttons() if few else OpenList()
        widget.full = offer.full
        nothing = [] if few and kwargs["required"] else [("", _("no answer") if few else "—")]
        super().__init__(choices=[*nothing, *offer.choices], widget=widget, **kwargs)
        self.full = offer.full

    def validate(self, value: object) -> None:
        super().validate(value)
        _refuse_full(self.full & {value}, self.choices)


class SeveralOf(forms.MultipleChoiceField):
    def __init__(self, *, offer: ChoiceOffer, least: int | None, most: int | None, **kwargs: Any) -> None:
        widget = Ticks()
        widget.full = offer.full
        super().__init__(choices=offer.choices, widget=widget, **kwargs)
        self.full, self.least, self.most = offer.full, least, most

    def validate(self, value: Any) -> None:
        super().validate(value)
        _refuse_full(self.full & set(value), self.choices)
        if value and self.least and len(value) < self.least:
            raise ValidationError(_at_least(self.least) % {"number": self.least})
        if self.most is not None and len(value) > self.most:
            raise ValidationError(_at_most(self.most) % {"number": self.most})

    def clean(self, value: object) -> Any:
        # One answer takes one place, however often it was sent.
        return list(dict.fromkeys(super().clean(value)))


def _at_least(number: int) -> str | Promise:
    return ngettext_lazy("Choose at least %(number)s.", "Choose at least %(number)s.", number)


def _at_most(number: int) -> str | Promise:
    return ngettext_lazy("Choose at most %(number)s.", "Choose at most %(number)s.", number)


def _refuse_full(chosen: frozenset[str], choices: Any) -> None:
    if chosen:
        labels = ", ".join(str(label) for value, label in choices if value in chosen)
        raise ValidationError(_("No places left: %(labels)s. Please choose something else."), params={"labels": labels})


@dataclass(frozen=True)
class ChoiceOffer:
    """The choices available now. `full`: the values that have no place left."""

    choices: list[tuple[str, str]]
    full: frozenset[str]


def offer(question: Question, free: Mapping[int, int | None], had: Any) -> ChoiceOffer:
    """The choices of the question. `free`: pool → places left; `had`: the answer that is being changed, whose places
    still belong to it."""
    mine = set(had) if isinstance(had, list) else {had}
    choices = list(question.choices.all())
    left = {choice.value: free.get(choice.pool_id or 0) for choice in choices}
    full = {value for value, places in left.items() if places is not None and places <= 0 and value not in mine}
    return ChoiceOffer(
        [(choice.value, _label(question, choice, left[choice.value])) for choice in choices], frozenset(full)
    )


def _label(question: Question, choice: FormChoice, left: int | None) -> str:
    words = choice.words(question.name)
    if left is None:
        return words
    if left <= 0:
        return _("%(choice)s (full)") % {"choice": words}
    places = ngettext("%(number)s place left", "%(number)s places left", left) % {"number": left}
    return f"{words} ({places})"
