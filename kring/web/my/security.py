"""The security of a login, and where it is changed: the pages are allauth's."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import IdentityProvider, User


@dataclass(frozen=True)
class Way:
    icon: str
    title: str | Promise
    text: str | Promise
    action: str | Promise
    url: str
    is_on: bool | None = None


def ways_to_secure(user: User) -> list[Way]:
    """Two queries: whether a second factor is on, and whether there are login services."""
    with_password = user.has_usable_password()
    services = Way(
        "login-2",
        _("Login services"),
        _("Accounts elsewhere that open your login here."),
        _("Manage"),
        reverse("my:identities"),
    )
    there_are = IdentityProvider.objects.filter(Q(is_on=True) | Q(identities__user=user)).exists()
    return [
        Way(
            "key",
            _("Password"),
            _("Long, and not used anywhere else."),
            _("Change password") if with_password else _("Set a password"),
            reverse("account_change_password" if with_password else "account_set_password"),
        ),
        Way(
            "mail",
            _("Email address"),
            user.email,
            _("Change address"),
            reverse("account_email"),
        ),
        Way(
            "fingerprint",
            _("Second factor"),
            _(
                "A passkey or a code from an app in addition to the password: a stolen password alone is then not "
                "enough."
            ),
            _("Manage"),
            reverse("mfa_index"),
            is_mfa_enabled(user),
        ),
        Way(
            "device-desktop",
            _("Devices"),
            _("Where you are logged in. Log out where you do not need it any more."),
            _("Manage"),
            reverse("my:logins"),
        ),
        *([services] if there_are else []),
    ]
