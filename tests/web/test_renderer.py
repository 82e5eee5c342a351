"""Widgets drawn without a template look as their template would have drawn them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from kring.web.renderer import DRAWN, FormRenderer

WORDS = '"><script>alert("é")</script>&amp;'
CHOICES = [
    ("", "Nothing"),
    (1, WORDS),
    (WORDS, gettext_lazy("Name")),
    ("Group " + WORDS, [("a", mark_safe("<b>A</b>")), ("b", "B")]),
]
ATTRS = {"id": "id_x", "class": "a b", "disabled": True, "hidden": False, "data-words": WORDS, "data-none": None}
INPUTS = [
    forms.TextInput,
    forms.EmailInput,
    forms.NumberInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.CheckboxInput,
]


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("value", [None, "", WORDS, 0, 1.5, mark_safe("&lt;b&gt;"), gettext_lazy("Name"), True])
def test_an_input(kind: Any, value: Any) -> None:
    widget = kind(ATTRS)

    assert drawn(widget, value) == by_template(widget, value)


@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple])
@pytest.mark.parametrize("value", [None, "", "1", ["a", "1"], WORDS])
def test_a_choice(kind: Any, value: Any) -> None:
    widget = kind(ATTRS, choices=CHOICES)

    assert drawn(widget, value) == by_template(widget, value)


@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_one_option_of_a_choice(kind: Any) -> None:
    class Form(forms.Form):
        field = forms.ChoiceField(choices=CHOICES, widget=kind)

    ours, theirs = Form({"field": "1"}, renderer=FormRenderer()), Form({"field": "1"}, renderer=DjangoTemplates())

    assert [str(option.tag()) for option in ours["field"]] == [str(option.tag()) for option in theirs["field"]]
    assert [option.tag(wrap_label=True) for option in ours["field"]] == [
        option.tag(wrap_label=True) for option in theirs["field"]
    ]


def test_a_choice_whose_options_have_a_template_of_their_own() -> None:
    class Inputs(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    widget = Inputs(choices=CHOICES)

    assert drawn(widget, "1") == by_template(widget, "1")


def test_all_that_are_drawn_are_templates_of_django() -> None:
    for name in DRAWN:
        assert DjangoTemplates().get_template(name)


def drawn(widget: forms.Widget, value: Any) -> str:
    return _less_empty_lines(widget.render("field", value, renderer=FormRenderer()))


def by_template(widget: forms.Widget, value: Any) -> str:
    return _less_empty_lines(widget.render("field", value, renderer=DjangoTemplates()))


def _less_empty_lines(markup: str) -> str:
    """Templates leave some between the options of a choice."""
    return re.sub(r"\n\s*\n", "\n", markup)
