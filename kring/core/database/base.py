"""Django's PostgreSQL (the `ENGINE` of settings), with two round trips to the server less in each request.

A transaction begins together with the scope it is about, and a connection that was of use a moment ago is not asked
first whether it still lives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction

# A server that went away so shortly ago costs each connection one page that says so (web/middleware/errors.py).
TRUSTED_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    # By which a transaction is told from the one before it.
    transactions_begun = 0
    # See core/transactions.py.
    is_undone_on_purpose = False
    _first_statement = ""
    _of_use_at = 0.0

    @contextmanager
    def beginning_with(self, statement: str) -> Iterator[None]:
        """The transaction that begins in here, if one does, begins with `statement`, sent with its BEGIN."""
        self._first_statement = statement
        try:
            yield
        finally:
            self._first_statement = ""

    def _start_transaction_under_autocommit(self) -> None:
        """How Django lets a backend begin `atomic()` by itself; psycopg would send BEGIN alone."""
        self.transactions_begun += 1
        self.is_undone_on_purpose = False
        begin = f"BEGIN; {self._first_statement}"
        self._first_statement = ""
        with debug_transaction(self, begin), self.wrap_database_errors:
            # The server prepares only one statement at a time.
            self.connection.execute(begin, prepare=False)

    def set_rollback(self, rollback: bool) -> None:
        """Asked for by name (`transaction.set_rollback`), and not because an exception went by."""
        super().set_rollback(rollback)
        self.is_undone_on_purpose = rollback

    def close_if_unusable_or_obsolete(self) -> None:
        """Called before and after each request and job; only what was asked something since is checked already."""
        if self.health_check_done:
            self._of_use_at = time.monotonic()
        super().close_if_unusable_or_obsolete()

    def close_if_health_check_failed(self) -> None:
        if time.monotonic() - self._of_use_at < TRUSTED_SECONDS:
            self.health_check_done = True
        super().close_if_health_check_failed()
