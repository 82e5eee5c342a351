"""A password that was forgotten, or that there was none of. Not in `forms.py`, which allauth's own forms import."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.core import context as current
from django import forms
from django.utils.translation import gettext_lazy as _

from kring.accounts import addresses, attempts, recent_login
from kring.accounts.models import User


class FirstPasswordForm(SetPasswordForm):
    """For an account without one. Whoever changes a password says the old one; here there is only the login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        recent_login.ask_again(current.request)
        super().__init__(*args, **kwargs)


class ForgottenPasswordForm(ResetPasswordForm):
    def clean_email(self) -> str:
        """Only the address of a login is sent a link to it: one somebody would like to have may be a stranger's."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    """Behind the link in the mail "choose a new password"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None and self.user.last_login is None:
            # Whoever opened the account or bought the ticket gave it this name.
            self.fields["name"] = forms.CharField(
                label=_("Your name"),
                max_length=200,
                required=False,
                initial=self.user.name,
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            )
            self.order_fields(["name"])

    def save(self) -> None:
        """Whoever opened that link reads the address it was sent to, so it needs no second mail to verify it."""
        super().save()
        if name := self.cleaned_data.get("name"):
            self.user.name = name
            self.user.save(update_fields=["name"])
        addresses.prove(self.user, self.user.password)
        attempts.know(current.request, self.user)


class OtherPasswordForm(ChangePasswordForm):
    """Asks for the old one, which is counted as when logging in."""

    def clean_oldpassword(self) -> str:
        old: str = super().clean_oldpassword()
        attempts.was_right(current.request, self.user)
        return old
