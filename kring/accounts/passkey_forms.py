"""The forms of passkeys, in our words: allauth's have labels that nobody translated, and names without an end."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 100


class PasskeyForm(AddWebAuthnForm):
    name = forms.CharField(label=_("Name of this passkey"), required=False, max_length=LONGEST)
    passwordless = forms.BooleanField(
        label=_("Log in with it alone, without a password"),
        required=False,
        initial=True,
        help_text=_("It then asks for your fingerprint, face or PIN."),
    )


class PasskeyNameForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name of this passkey"), max_length=LONGEST)
