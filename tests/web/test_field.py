from __future__ import annotations

import re

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms

from kring.core.addresses import AddressField
from kring.web.templatetags.fields import field


class Person(forms.Form):
    name = forms.CharField(label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    email = AddressField(label="E-mail <here>", help_text="The ticket goes here & nowhere else.", required=False)
    profession = forms.ChoiceField(choices=[("", "-"), ("arts", "Arts")], required=False)


def tags(html: str) -> list[str]:
    """Without white space between them; the attributes of a tag in one order."""
    parts = [" ".join(part.split()) for part in re.split(r"(<[^>]*>)", html)]
    return [" ".join(sorted(part.split(" "))) if part.startswith("<") else part for part in parts if part]


@pytest.mark.parametrize("data", [None, {}, {"name": "Ada", "email": "no address", "profession": "none"}])
@pytest.mark.parametrize("name", ["name", "email", "profession"])
def test_a_light_field_has_the_markup_of_the_form_helper(data: dict[str, str] | None, name: str) -> None:
    assert tags(field(Person(data)[name])) == tags(as_crispy_field(Person(data)[name]))


def test_the_text_of_a_label_is_text() -> None:
    assert "E-mail &lt;here&gt;" in field(Person()["email"])
