"""What a person may change about herself."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import Profession
from kring.core.names import NameField


class ProfileForm(forms.Form):
    name = NameField(
        label=pgettext_lazy("person", "Name"),
        max_length=200,
        help_text=_("As it should appear on tickets and certificates."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("For these pages and the mails you get.")
    )
    profession = forms.ChoiceField(
        label=_("Profession"), choices=[("", _("Prefer not to say")), *Profession.choices], required=False
    )
