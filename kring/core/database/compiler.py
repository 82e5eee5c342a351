"""Django's writers of SQL for PostgreSQL; of an INSERT of plain values the text is written once per process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import DatabaseDefault

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class _Written(NamedTuple):
    sql: str
    returning_params: Sequence[object]


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    """Of one row the text depends on its columns alone. More rows are left to Django, and so are expressions."""

    def as_sql(self) -> Sequence[tuple[str, Sequence[object]]]:  # type: ignore[override]  # its stub is of SELECT
        query = self.query
        if len(query.objs) != 1 or query.raw or getattr(query, "on_conflict", None) is not None:
            return super().as_sql()
        [row], fields, values = query.objs, [], []
        for field in query.fields:
            value = self.pre_save_val(field, row)
            if isinstance(value, DatabaseDefault):
                # The database fills it: neither column nor value is named.
                continue
            value = self.prepare_value(field, value)
            if hasattr(value, "as_sql") or hasattr(field, "get_placeholder_sql"):
                return super().as_sql()
            fields.append(field)
            values.append(value)
        key = query.model, tuple(fields), tuple(self.returning_fields or ())
        if written := _texts.get(key):
            self.returning_params = written.returning_params
            return [(written.sql, tuple(values))]
        [(sql, parameters)] = super().as_sql()
        if len(parameters) == len(values):
            _texts[key] = _Written(sql, self.returning_params)
        # Not ours: Django has asked each field anew, and a time may be another.
        return [(sql, parameters)]


_texts: dict[tuple[object, ...], _Written] = {}
