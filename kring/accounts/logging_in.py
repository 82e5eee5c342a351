"""The form of the login. Not in `forms.py`, which allauth's own forms import."""

from __future__ import annotations

from allauth.account.forms import LoginForm

from kring.core.addresses import normalised


class LogInForm(LoginForm):
    def clean_login(self) -> str:
        """Whoever writes the domain as people do is who wrote it in IDNA; what is no address is nobody's."""
        return normalised(super().clean_login())
