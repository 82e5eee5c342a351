"""What a field of a form offers, where that is known only when the form is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Option = tuple[str, StrOrPromise]


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


def model_choice_field(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


def choices_of(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    """As they are now, from whatever they were given as."""
    choices: Any = field.choices
    return list(choices)


def offer(form: forms.BaseForm, name: str, choices: Iterable[Option | tuple[StrOrPromise, Iterable[Option]]]) -> None:
    choice_field(form, name).choices = list(choices)
