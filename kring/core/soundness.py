"""Whether the database keeps the promises that Kring builds on; asked after each migration."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE
from kring.core.tenancy import TenantModel


def faults() -> list[str]:
    """Sentences about what is wrong; none: sound. To be asked as the owner."""
    return [*_roles(), *_open_tables()]


def _roles() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)",
            [[APP_ROLE, PLATFORM_ROLE]],
        )
        found = dict(cursor.fetchall())
    missing = [f"the role {name} is missing" for name in (APP_ROLE, PLATFORM_ROLE) if name not in found]
    passing = [f"the role {name} may pass row-level security" for name, passes in found.items() if passes]
    return missing + passing + ([] if missing else _unreachable())


def _unreachable() -> list[str]:
    """Who connects becomes the application's role, and that one now and then the platform's."""
    steps = [("current_user", "the owner", APP_ROLE), (f"'{APP_ROLE}'", f"the role {APP_ROLE}", PLATFORM_ROLE)]
    with connection.cursor() as cursor:
        faults = []
        for who, name, becomes in steps:
            cursor.execute(f"SELECT pg_has_role({who}, %s, 'SET')", [becomes])
            if not cursor.fetchone()[0]:
                faults.append(f"{name} may not become {becomes} (GRANT {becomes} TO … WITH SET TRUE)")
        return faults


def _open_tables() -> list[str]:
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT relrowsecurity", [tables])
        return [f"the table {name} has no row-level security" for (name,) in cursor.fetchall()]
