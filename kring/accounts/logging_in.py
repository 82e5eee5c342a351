"""The form of the login. Not in `forms.py`, which allauth's own forms import."""

from __future__ import annotations

from allauth.account.forms import LoginForm

from kring.core.addresses import normalised


class LogInForm(LoginForm):
    def clean_login(self) -> str:
        """A domain typed in its own script or in IDNA leads to the same account; what is no address leads to none."""
        return normalised(super().clean_login())
