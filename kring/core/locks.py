"""Locks on what has no row of its own, such as a person known by her address."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from kring.core.tenancy import current_organisation_id


def lock(names: Iterable[str]) -> None:
    """Wait until nobody else in this organisation holds any of these names; ours until the end of the transaction.

    Taken in the order of the names: ask for all that one transaction needs at once.
    """
    wanted = sorted(set(names))
    with connection.cursor() as cursor:
        for name in wanted:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [name, current_organisation_id()])


def share(name: str) -> None:
    """As `lock`, but many may have it at once, while nobody has it alone."""
    with connection.cursor() as cursor:
        sql = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, %s))"
        cursor.execute(sql, [name, current_organisation_id()])
