"""Kring's own system checks: whether the database keeps organisations apart, and whether this installation is fit for
production.

`kring serve` runs them before it listens, `kring migrate` after it has migrated, `kring manage check --deploy` at any
time. Those tagged `database` query the database, and report nothing about one that is not migrated yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections
from django.db.backends.utils import CursorWrapper

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE
from kring.core.environment import env_bool
from kring.core.tenancy import TenantModel


@register(Tags.security, Tags.database)
def isolation(*, databases: Sequence[str] | None = None, **options: object) -> list[CheckMessage]:
    """Whether roles and policies are those that keep organisations apart. Costs five statements."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            with connections[alias].cursor() as cursor:
                found += _of_database(cursor)
        except DatabaseError as error:
            reason = str(error).strip().split("\n")[0]
            found.append(Warning(f"The database does not answer, so nothing is known of it: {reason}", id="kring.W001"))
    return found


def _of_database(cursor: CursorWrapper) -> Iterator[CheckMessage]:
    cursor.execute("SELECT to_regclass('organisations_organisation')")
    if cursor.fetchone()[0] is None:
        return
    yield from _roles(cursor)
    yield from _login(cursor)
    yield from _open_tables(cursor)


def _roles(cursor: CursorWrapper) -> Iterator[CheckMessage]:
    cursor.execute(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)", [[APP_ROLE, PLATFORM_ROLE]]
    )
    found = dict(cursor.fetchall())
    for name in (APP_ROLE, PLATFORM_ROLE):
        if name not in found:
            yield Error(f"The role {name} is missing.", hint="`kring migrate` makes it.", id="kring.E001")
        elif found[name]:
            yield Error(
                f"The role {name} may pass row-level security.",
                hint=f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS",
                id="kring.E002",
            )
    if len(found) == 2:
        yield from _unreachable(cursor)


def _unreachable(cursor: CursorWrapper) -> Iterator[CheckMessage]:
    """The login must be able to become the application's role, and that role the platform's."""
    steps = [("session_user", "login", APP_ROLE), (f"'{APP_ROLE}'", f"role {APP_ROLE}", PLATFORM_ROLE)]
    for who, name, becomes in steps:
        cursor.execute(f"SELECT pg_has_role({who}, %s, 'SET')", [becomes])
        if not cursor.fetchone()[0]:
            yield Error(
                f"The {name} may not become {becomes}.", hint=f"GRANT {becomes} TO … WITH SET TRUE", id="kring.E003"
            )


def _login(cursor: CursorWrapper) -> Iterator[CheckMessage]:
    if env_bool("KRING_DB_OWNER", False):
        return
    cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    name, passes = cursor.fetchone()
    if passes:
        yield Error(
            f"The application works as {name}, who may pass row-level security.",
            hint=f"DATABASE_APP_URL needs a login that is a member of {APP_ROLE} and nothing more.",
            id="kring.E004",
        )


def _open_tables(cursor: CursorWrapper) -> Iterator[CheckMessage]:
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)]
    cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT relrowsecurity ORDER BY 1", [tables])
    for (name,) in cursor.fetchall():
        yield Error(
            f"The table {name} has no row-level security.",
            hint=f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            id="kring.E005",
        )


@register(Tags.security, deploy=True)
def for_real_people(**options: object) -> list[CheckMessage]:
    """Settings that are right for a demo and wrong in production."""
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(Error("KRING_DEMO is on: a pretend bank is served, logins are sent unencrypted.", id="kring.E006"))
    if not settings.MAILERS:
        found.append(
            Warning("There is no mail server: mails stay in the outbox.", hint="Set EMAIL_HOST.", id="kring.W002")
        )
    return found
