"""Django's PostgreSQL (the `ENGINE` of settings), with two round trips to the server less in each request.

A transaction begins together with its scope, and a connection that was used a moment ago is not checked
first. The SQL of an INSERT is written once (`compiler.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import debug_transaction

# If the server went away so recently, each connection costs one error page (web/middleware/errors.py).
TRUSTED_SECONDS = 5.0


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "kring.core.database.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    # Distinguishes a transaction from the one before it.
    transactions_begun = 0
    # See core/transactions.py.
    is_undone_on_purpose = False
    _first_statement = ""
    _of_use_at = 0.0

    @contextmanager
    def beginning_with(self, statement: str) -> Iterator[None]:
        """If a transaction begins inside this block, it begins with `statement`, sent with its BEGIN."""
        self._first_statement = statement
        try:
            yield
        finally:
            self._first_statement = ""

    def _start_transaction_under_autocommit(self) -> None:
        """Django's hook for backends that begin `atomic()` themselves; psycopg would send BEGIN alone."""
        self.transactions_begun += 1
        self.is_undone_on_purpose = False
        begin = f"BEGIN; {self._first_statement}"
        self._first_statement = ""
        with debug_transaction(self, begin), self.wrap_database_errors:
            # The server prepares only one statement at a time.
            self.connection.execute(begin, prepare=False)

    def set_rollback(self, rollback: bool) -> None:
        """Rolled back explicitly (`transaction.set_rollback`), not because of an exception."""
        super().set_rollback(rollback)
        self.is_undone_on_purpose = rollback

    def close_if_unusable_or_obsolete(self) -> None:
        """Called before and after each request and job; `health_check_done` is true only if a query ran in between."""
        if self.health_check_done:
            self._of_use_at = time.monotonic()
        super().close_if_unusable_or_obsolete()

    def close_if_health_check_failed(self) -> None:
        if time.monotonic() - self._of_use_at < TRUSTED_SECONDS:
            self.health_check_done = True
        super().close_if_health_check_failed()
