"""A new password, where the old one was forgotten or there was none. Not in `forms.py`: allauth's forms import that."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.core import context as current
from django import forms
from django.utils.translation import gettext_lazy as _

from kring.accounts import addresses, attempts, recent_login
from kring.accounts.models import User


class FirstPasswordForm(SetPasswordForm):
    """For an account without a password. Changing one requires the old one; here the login is all there is."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        recent_login.ask_again(current.request)
        super().__init__(*args, **kwargs)


class ForgottenPasswordForm(ResetPasswordForm):
    def clean_email(self) -> str:
        """Only the address of a login is sent a link; an address a user wants to change to may be a stranger's."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    """Behind the link in the mail "choose a new password"."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None and self.user.last_login is None:
            # This name was given by the person who opened the account or bought the ticket.
            self.fields["name"] = forms.CharField(
                label=_("Your name"),
                max_length=200,
                required=False,
                initial=self.user.name,
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            )
            self.order_fields(["name"])

    def save(self) -> None:
        """Anyone who opened that link reads the address it was sent to: no second mail is needed to verify it."""
        super().save()
        if name := self.cleaned_data.get("name"):
            self.user.name = name
            self.user.save(update_fields=["name"])
        addresses.prove(self.user, self.user.password)
        attempts.know(current.request, self.user)


class OtherPasswordForm(ChangePasswordForm):
    """Requires the old password, which is counted as at login."""

    def clean_oldpassword(self) -> str:
        old: str = super().clean_oldpassword()
        attempts.was_right(current.request, self.user)
        return old
