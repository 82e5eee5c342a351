"""Asking somebody to work here: the account, the roles, and the mail that tells of them (A6)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import translation

from kring.accounts import staffing, welcome
from kring.accounts.known_name import known_name
from kring.accounts.models import Role, User
from kring.mail import outbox
from kring.organisations.models import Organisation


def invite(
    organisation: Organisation, *, email: str, name: str, language: str, roles: Collection[str], by: User
) -> User:
    """Give `roles` to whoever has this address, and mail it, with a link to a first password where there is none.

    An account that exists is written to in its own language.
    """
    user, _made = staffing.invite(email, name, roles, language=language)
    with translation.override(user.language):
        words = ", ".join(str(Role.Name(role).label) for role in roles)
    outbox.queue(
        "role-given",
        to=user.email,
        name=known_name(user),
        language=user.language,
        subject=user,
        roles=words,
        inviter=by.name or by.email,
        welcome_url=None if user.has_usable_password() else welcome.link(user, organisation.url),
        administration_url=f"{organisation.url}/organisation/",
    )
    return user
