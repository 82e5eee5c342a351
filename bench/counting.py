"""Statements and seconds of what is measured in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from kring.core import garbage

# As the worker does.
garbage.leave_what_is_loaded()


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of this thread while it lasts: only their texts. To write the values of thousands of rows into
    them would cost as much as sending them."""
    statements: list[str] = []

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield statements


@dataclass
class Cost:
    """`python` and `database`: seconds of CPU of this process and of its connection's."""

    seconds: float = 0.0
    statements: int = 0
    python: float = 0.0
    database: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """Filled at the end. Around a scope: with its commit."""
    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    cost = Cost()
    began = time.perf_counter(), time.process_time(), _cpu(backend)
    with counted() as statements:
        yield cost
    cost.statements = len(statements)
    ended = time.perf_counter(), time.process_time(), _cpu(backend)
    cost.seconds, cost.python, cost.database = (after - before for after, before in zip(ended, began, strict=True))


def _cpu(schedstat: Path) -> float:
    return int(schedstat.read_text().split()[0]) / 1e9


def vacuum() -> None:
    """As if the tables had been full for a while: whoever fills an empty table does not live to see its statistics."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET ROLE")
