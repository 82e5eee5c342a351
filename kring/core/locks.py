"""Locks on what has no row of its own, such as a person known by her address."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from django.db import connection
from django.db.backends.utils import debug_transaction

from kring.core.prepared_queries import Statement
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


def count_alone(name: str, rows: Statement) -> int:
    """How many rows there are once nobody else holds this name, as `lock`: with what others wrote while we waited.

    One round trip: two statements, for one that waits sees nothing newer than its own beginning.
    """
    values = [name, current_organisation_id(), *rows.values]
    asked = f"SELECT pg_advisory_xact_lock(hashtextextended(%s, %s)); SELECT count(*) FROM ({rows.sql}) AS counted"
    # Only the client can put values into two statements; in the transaction there is.
    with (
        debug_transaction(connection, asked),
        connection.wrap_database_errors,
        psycopg.ClientCursor(connection.connection) as cursor,
    ):
        cursor.execute(asked.encode(), values)
        cursor.nextset()
        [[number]] = cursor.fetchall()
    return int(number)
