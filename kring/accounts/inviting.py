"""Inviting somebody to work here: the account, the roles, and the mail about them (A6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kring.accounts import staffing, welcome
from kring.accounts.known_name import known_name
from kring.accounts.models import Role, User
from kring.mail import facts, outbox
from kring.organisations.models import Organisation


def invite(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    language: str,
    roles: Collection[str],
    by: User,
    until: date | None = None,
) -> User:
    """Give `roles` to the account with this address, and mail it, with a link to a first password where there is none.

    An existing account is written to in its own language.
    """
    user, _made = staffing.invite(email, name, roles, language=language, until=until)
    outbox.queue(
        "role-given",
        to=user.email,
        name=known_name(user),
        language=user.language,
        subject=user,
        roles={"roles": list(roles)},
        inviter=by.name or by.email,
        welcome_url=None if user.has_usable_password() else facts.link(welcome.link(user, organisation.url)),
        administration_url=facts.link(f"{organisation.url}/organisation/{_place_of_work(roles)}"),
    )
    return user


def _place_of_work(roles: Collection[str]) -> str:
    """The box office alone sees nothing else of the administration."""
    return "box-office/" if set(roles) <= {Role.Name.BOX_OFFICE, Role.Name.MEMBER} else ""


@facts.written_as("roles")
def _roles(*names: str) -> str:
    return ", ".join(str(Role.Name(name).label) for name in names)
