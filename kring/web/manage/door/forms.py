from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameField


class EntranceForm(forms.Form):
    name = NameField(label=_("Name of the entrance"), max_length=100)
