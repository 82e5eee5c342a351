"""Rows that are made once for all tests of a file, instead of for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a file: each is undone to its own savepoint in it, and at the end all is.

    For fixtures of a module, with pytest-django's `django_db_blocker`. A test in real transactions has no place in
    such a file: it would wait for the rows, or for ever see none of them.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        # What waits for the end of a transaction must hold now, for there is none that is committed.
        connection.check_constraints()
        transaction.set_rollback(True)
