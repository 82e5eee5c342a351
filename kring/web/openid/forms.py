from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.addresses import AddressField
from kring.core.names import NameField


class NewLoginForm(forms.Form):
    name = NameField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    email = AddressField(
        label=_("Your email address"),
        help_text=_("We send you a link, to be opened in this browser."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
