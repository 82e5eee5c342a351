"""Texts in each language: one field for each, of which some may stay empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise

from kring.core.names import NameField

# The first of them has the help text and the errors.
FIRST = settings.LANGUAGES[0][0]


def fields_for(name: str, label: str | Promise, *, max_length: int) -> dict[str, forms.Field]:
    """`name_en`, `name_nl` … `label` names the language: `Name (%(language)s)`."""
    return {
        f"{name}_{code}": NameField(
            label=label % {"language": words},
            max_length=max_length,
            required=False,
            widget=forms.TextInput({"lang": code}),
        )
        for code, words in settings.LANGUAGES
    }


def initial_of(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": texts.get(code, "") for code, _words in settings.LANGUAGES}


def texts_of(name: str, cleaned: Mapping[str, Any]) -> dict[str, str]:
    """Those that were given, by language."""
    given = {code: cleaned.get(f"{name}_{code}") for code, _words in settings.LANGUAGES}
    return {code: text for code, text in given.items() if text}
