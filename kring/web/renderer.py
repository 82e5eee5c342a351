"""Django's own templates of forms and fields, in which `|safe` marks nothing (templatetags/plain.py).

The widgets of nearly every form are drawn here, as their templates would draw them: those include three others for each
field and each choice, which takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.base import BaseEngine
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FOLDER = Path(forms.__file__).parent / "templates"
OPTION = "django/forms/widgets/select_option.html"

type Widget = Mapping[str, Any]


class FormRenderer(DjangoTemplates):
    @cached_property
    def engine(self) -> BaseEngine:
        options = {"builtins": ["kring.web.templatetags.plain"]}
        return self.backend({"APP_DIRS": True, "DIRS": [FOLDER], "NAME": "djangoforms", "OPTIONS": options})

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        drawn = draw(context["widget"]) if draw else None
        return super().render(template_name, context, request) if drawn is None else drawn


def _input(widget: Widget) -> SafeString | None:
    if widget.get("wrap_label"):
        return None
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _select(widget: Widget) -> SafeString | None:
    groups = [(name, options) for name, options, _index in widget["optgroups"]]
    if any(option["template_name"] != OPTION for _name, options in groups for option in options):
        return None
    if any(name for name, _options in groups):
        shown = format_html_join("", "{}", ((_group(name, options),) for name, options in groups))
    else:
        shown = _options(chain.from_iterable(options for _name, options in groups))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), shown)


def _group(name: str, options: list[Widget]) -> SafeString:
    shown = _options(options)
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, shown) if name else shown


def _options(options: Iterable[Widget]) -> SafeString:
    """All in one go: a page of staff has hundreds."""
    parts = ((str(option["value"]), _attributes(option["attrs"]), option["label"]) for option in options)
    return format_html_join("", '\n  <option value="{}"{}>{}</option>', parts)


def _attributes(given: Mapping[str, Any]) -> str:
    if not given:
        return ""
    drawn = (
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))
        for name, value in given.items()
        if value is not False
    )
    return format_html_join("", "{}", ((each,) for each in drawn))


INPUTS = ("text", "email", "number", "tel", "url", "password", "date", "time", "datetime", "hidden", "checkbox")
DRAWN: dict[str, Callable[[Widget], SafeString | None]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in (*INPUTS, "radio_option", "checkbox_option")},
    "django/forms/widgets/select.html": _select,
}
