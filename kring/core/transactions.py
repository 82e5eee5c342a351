"""The transaction of a verb.

A verb is part of its caller's transaction, or has its own, and makes no savepoint. A caller that catches a verb's
refusal has something to undo, and owns the block that is rolled back:

    try:
        with transaction.atomic():
            book(…)
    except Refusal: …

Without that block the next query raises TransactionManagementError, and where there is none `scope()` raises
`Swallowed` at its end: a forgotten block never goes unnoticed.
"""

from __future__ import annotations

from typing import cast

from django.db import connection, transaction

from kring.core.database.base import DatabaseWrapper

# As a decorator, or around a block.
in_transaction = transaction.atomic(savepoint=False)


class Swallowed(RuntimeError):
    """A verb was undone and its caller goes on as if nothing had happened: a programming error."""


def refuse_swallowed() -> None:
    """At the end of a block that ended without an exception. Raises Swallowed."""
    on_purpose, _database().is_undone_on_purpose = _database().is_undone_on_purpose, False
    if connection.needs_rollback and not on_purpose:
        raise Swallowed("A refusal was caught without a block of its own: see core/transactions.py.")


def block() -> tuple[object, ...]:
    """Identifies the block of a transaction: a lock taken in it is held in it and in the blocks inside it."""
    return (_database().transactions_begun, *filter(None, connection.savepoint_ids))


def _database() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connection)
