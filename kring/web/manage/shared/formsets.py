"""Sets of rows as Django makes them, with the type of the class they are made from."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms.formsets import BaseFormSet


def typed_formset[Rows: BaseFormSet](rows: type[Rows], row: type[forms.Form], **options: Any) -> type[Rows]:
    """`options` as `formset_factory` takes them."""
    return cast("type[Rows]", forms.formset_factory(row, formset=rows, **options))
