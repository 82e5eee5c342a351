"""A password that was forgotten, or that there was none of. Not in `forms.py`, which allauth's own forms import."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordKeyForm, SetPasswordForm
from allauth.account.models import EmailAddress
from allauth.core import context as current

from kring.accounts import recent_login


class FirstPasswordForm(SetPasswordForm):
    """For an account without one. Whoever changes a password says the old one; here there is only the login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        recent_login.ask_again(current.request)
        super().__init__(*args, **kwargs)


class NewPasswordForm(ResetPasswordKeyForm):
    """Behind the link in the mail "choose a new password"."""

    def save(self) -> None:
        """Whoever opened that link reads the address it was sent to, so it needs no second mail to verify it."""
        super().save()
        if not EmailAddress.objects.filter(user=self.user, verified=True).exists():
            address, _made = EmailAddress.objects.get_or_create(user=self.user, email=self.user.email)
            address.set_verified()
            address.set_as_primary(conditional=True)
