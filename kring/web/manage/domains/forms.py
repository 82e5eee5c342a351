"""The domain that is wished for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DomainForm(forms.Form):
    host = forms.CharField(
        label=_("Domain"), max_length=253, help_text=_("Such as www.club.nl. It must be yours, or your association's.")
    )
