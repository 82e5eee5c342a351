"""The form that opens an account. Not in `signup.py`, which allauth's own forms import."""

from __future__ import annotations

import secrets

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django.db import transaction
from django.http import HttpRequest

from kring.accounts.models import User


class OpeningForm(SignupForm):
    """Reveals nobody's account: neither by its answer nor by the time it takes (A7)."""

    def validate_unique_email(self, value: str) -> str:
        """An address is taken if it is that of a login, not if a user only wants to change to it."""
        self.account_already_exists = User.objects.filter(email=value).exists()
        email: str = get_adapter().validate_unique_email(value)
        return email

    def try_save(self, request: HttpRequest) -> object:
        if self.account_already_exists:
            self._open_and_forget(request)
        return super().try_save(request)

    def save(self, request: HttpRequest) -> object:
        with transaction.atomic():
            return super().save(request)

    def _open_and_forget(self, request: HttpRequest) -> None:
        """The same work as for a new account (a password hashed, rows written), then rolled back."""
        email = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{secrets.token_hex(16)}@nobody.invalid"
        self.account_already_exists = False
        try:
            with transaction.atomic():
                super().save(request)
                transaction.set_rollback(True)
        finally:
            self.cleaned_data["email"] = email
            self.account_already_exists = True
