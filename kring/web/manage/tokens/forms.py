from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.accounts import scopes
from kring.core.names import NameField


class TokenForm(forms.Form):
    name = NameField(
        label=_("Name"), max_length=100, help_text=_("What it is used for: “website”, “scanner at the gate”.")
    )
    scopes = forms.MultipleChoiceField(label=_("Rights"), choices=scopes.choices, widget=forms.CheckboxSelectMultiple)
