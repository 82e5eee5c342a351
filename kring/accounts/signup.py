"""The fields we add to sign-up. A separate module: allauth's forms import it, and `forms` imports them."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.names import NameField


class NameForm(forms.Form):
    """Fields of sign-up besides e-mail and password."""

    name = NameField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
