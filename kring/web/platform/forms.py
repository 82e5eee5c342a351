"""Forms of the platform's administration."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kring.accounts.models import User
from kring.core.addresses import AddressField
from kring.hosting.supporting import HOURS


class BlockingForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Everybody who opens the site reads it, and its administrators in an email."),
    )


def lengths() -> list[tuple[int, str]]:
    return [(hours, ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}) for hours in HOURS]


class SupportForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The organisation's administrators read it in an email and in their log."),
    )
    hours = forms.TypedChoiceField(label=_("How long"), coerce=int, initial=1, choices=lengths)


class DeletionForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the organisation"), max_length=300, widget=forms.TextInput({"autocomplete": "off"})
    )
    at_once = forms.BooleanField(
        label=_("Begin at once"), required=False, help_text=_("Without the grace period: it cannot be taken back.")
    )


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class FactorRemovalForm(forms.Form):
    email = AddressField(label=_("Email"), max_length=254)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The user reads it in the email about this, and it stands in the log."),
    )

    def clean_email(self) -> User:
        user = User.objects.filter(email=self.cleaned_data["email"]).first()
        if user is None:
            raise ValidationError(_("There is no login with this address."))
        return user
