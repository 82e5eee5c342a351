"""The first password of an attendee whose ticket another person bought: a link by mail, good for one use (R3)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from kring.accounts import addresses
from kring.accounts.models import User
from kring.organisations import audit

LIFETIME = timedelta(days=60)


class WelcomeTokens(PasswordResetTokenGenerator):
    """Tokens that end with the first password or login, or after LIFETIME."""

    key_salt = "kring.accounts.welcome"

    def make_token(self, user: User) -> str:
        # Django's tokens live PASSWORD_RESET_TIMEOUT from their timestamp: ours is stamped that much later.
        later = LIFETIME - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        return self._make_token_with_timestamp(user, self._num_seconds(self._now() + later), self.secret)


_tokens = WelcomeTokens()


def link(user: User, organisation_url: str) -> str:
    """The address where `user` sets a first password; `organisation_url` has no slash at its end."""
    uid = urlsafe_base64_encode(str(user.pk).encode())
    path = reverse("public:welcome", urlconf=settings.ORGANISATION_URLCONF, args=[uid, _tokens.make_token(user)])
    return organisation_url + path


def find(uid: str, token: str) -> User | None:
    """The person this link is for; None when it is wrong, used or too old."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(uid)), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if _tokens.check_token(user, token) else None


def accept(user: User, password: str) -> None:
    """Set the password. The link came by mail, so the address counts as verified."""
    user.set_password(password)
    addresses.prove(user, user.password)
    audit.log("account.opened", user, actor=user)
