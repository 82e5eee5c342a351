"""Locks on things without a row, such as a person known by an e-mail address."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import debug_transaction

from kring.core.prepared_queries import Statement
from kring.core.tenancy import current_organisation_id

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"


def lock(names: Iterable[str]) -> None:
    """Wait until no other transaction of this organisation holds any of these names; held until our transaction ends.

    Taken in the order of the names: pass all that one transaction needs at once.
    """
    wanted = sorted(set(names))
    with connection.cursor() as cursor:
        for name in wanted:
            cursor.execute(LOCK, [name, current_organisation_id()])


def share(name: str) -> None:
    """A shared `lock`: many may hold it at once, but not together with an exclusive one."""
    with connection.cursor() as cursor:
        sql = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, %s))"
        cursor.execute(sql, [name, current_organisation_id()])


def count_alone(name: str, rows: Statement) -> int:
    """How many rows there are, counted under `lock` of this name: including those written while we waited.

    One round trip: two statements, because one that waits does not see rows newer than its own start.
    """
    counted = f"SELECT count(*) FROM ({rows.sql}) AS counted"
    wrapped = connection.connection
    with debug_transaction(connection, f"{LOCK}; {counted}"), connection.wrap_database_errors, wrapped.pipeline():
        wrapped.execute(LOCK, [name, current_organisation_id()])
        [[number]] = wrapped.execute(counted, rows.values).fetchall()
    return int(number)


def try_lock(name: str) -> bool:
    """As `lock`, without waiting: False where another transaction holds it."""
    with connection.cursor() as cursor:
        sql = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"
        cursor.execute(sql, [name, current_organisation_id()])
        return bool(cursor.fetchone()[0])
