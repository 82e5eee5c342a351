"""The transaction of a verb.

A verb is part of its caller's transaction, or one of its own, and makes no savepoint. Whoever catches what a verb
refuses has something to undo, and owns the block that is undone:

    try:
        with transaction.atomic():
            book(…)
    except Refusal: …

Without that block the next query raises TransactionManagementError, and where there is none `scope()` raises
`Swallowed` at its end: a forgotten one is never quiet.
"""

from __future__ import annotations

from typing import Any, cast

from django.db import connection, transaction

from kring.core.database.base import DatabaseWrapper

# As a decorator, or around a block.
in_transaction = transaction.atomic(savepoint=False)


class Swallowed(RuntimeError):
    """A verb was undone and its caller goes on as if nothing had happened: a mistake in the code."""


def refuse_swallowed() -> None:
    """At the end of a block that ended without an exception. Raises Swallowed."""
    on_purpose, _database().is_undone_on_purpose = _database().is_undone_on_purpose, False
    if connection.needs_rollback and not on_purpose:
        raise Swallowed("A refusal was caught without a block of its own: see core/transactions.py.")


def block() -> tuple[Any, ...]:
    """Which block of which transaction this is: a lock taken in it is ours in it, and in those inside of it."""
    return (_database().transactions_begun, *filter(None, connection.savepoint_ids))


def _database() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connection)
