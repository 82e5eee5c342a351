"""Forms in groups with a heading each; fields side by side where they belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Fieldset, Layout
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _


def layout(*groups: object) -> FormHelper:
    """For `{% crispy form %}` inside a <form> of the template's own."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*groups)
    return helper


def group(title: str | Promise, *fields: object, css_class: str = "") -> Fieldset:
    # The legend is escaped here: crispy renders it as a template.
    return Fieldset(format_html("{}", title) if title else "", *fields, css_class=f"form-group-box {css_class}".strip())


class Fold(Div):
    """Fields behind a switch, open where something in them is wrong."""

    template = "manage/fold.html"

    def __init__(self, title: str | Promise, *fields: object) -> None:
        super().__init__(*fields)
        self.title = title

    def render(self, form: Any, context: Any, **kwargs: object) -> object:
        self.is_open = any(name in form.errors for name in _names(self.fields)) if form.is_bound else False
        return super().render(form, context, **kwargs)


def advanced(*fields: object) -> Fold:
    """Rarely needed fields."""
    return Fold(_("Advanced"), *fields)


def _names(fields: Iterable[object]) -> Iterator[str]:
    for each in fields:
        if isinstance(each, str):
            yield each
        else:
            yield from _names(getattr(each, "fields", []))


def side_by_side(*fields: str) -> Div:
    width = "col-sm-6" if len(fields) == 2 else "col-sm"
    return Div(*(Column(field, css_class=width) for field in fields), css_class="row")
