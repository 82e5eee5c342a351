"""Queries run with nearly every request: Django writes their SQL once per process, not each time.

Writing the SQL of a query takes Django ten times as long as PostgreSQL takes to answer it from its prepared plan. For
pages of visitors, where only values differ from one time to the next:

    @prepared
    def _behind(secret: str) -> QuerySet[Order]:
        return Order.objects.filter(secret=secret)

    orders = _behind(secret="…")       # a list, in the current scope

The function is called once, with placeholders instead of values: it must not look at them, and its query must not
depend on anything else (the time is a value too). Values are given by name, as the database takes them: keys, not
objects; its parameters have the types of the values.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.sql import Query, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

from kring.core.tenancy import SCOPE, current_organisation_id, of_any_scope


class Statement(NamedTuple):
    sql: str
    values: list[Any]


class _Blank(Value):
    """The place of a value."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(None, output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return "%s", [self]


class _Written(Query):
    """A query whose SQL is already written."""

    writer: SQLCompiler
    sql: tuple[str, tuple[Any, ...]]
    # Converters from database values to Python values, by column.
    converters: dict[int, Any]

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        # The description of the columns is shared; the connection belongs to this thread.
        compiler = copy.copy(self.writer)
        compiler.query, compiler.connection = self, connection or connections[using]
        compiler.as_sql = lambda *args, **kwargs: self.sql  # type: ignore[method-assign]
        compiler.get_converters = lambda expressions: self.converters  # type: ignore[method-assign]
        return compiler


def prepared[**Values, Row: Model](build: Callable[Values, QuerySet[Row]]) -> Callable[Values, list[Row]]:
    """`build(**values)` as a list of rows. Needs a scope, also for writing the SQL: closed by default."""
    written: list[tuple[QuerySet[Row], SQLCompiler, str, tuple[Any, ...], dict[int, Any]]] = []

    @wraps(build)
    def rows(*unnamed: Values.args, **values: Values.kwargs) -> list[Row]:
        _refuse_unnamed(unnamed)
        organisation = current_organisation_id()
        if not written:
            written.append(_write(build, values))
        template, writer, sql, blanks, converters = written[0]
        found = template._chain()  # type: ignore[attr-defined]
        found.query.__class__, found.query.writer, found.query.converters = _Written, writer, converters
        found.query.sql = sql, tuple(_filled(blank, values, organisation) for blank in blanks)
        return list(found)

    return rows


def prepared_sql[**Values](build: Callable[Values, QuerySet]) -> Callable[Values, Statement]:
    """As `prepared`, for a query that is part of another statement: its SQL and parameters."""
    written: list[tuple[str, tuple[Any, ...]]] = []

    @wraps(build)
    def statement(*unnamed: Values.args, **values: Values.kwargs) -> Statement:
        _refuse_unnamed(unnamed)
        organisation = current_organisation_id()
        if not written:
            _template, _writer, sql, blanks, _converters = _write(build, values)
            written.append((sql, blanks))
        sql, blanks = written[0]
        return Statement(sql, [_filled(blank, values, organisation) for blank in blanks])

    return statement


def update_where(model: type[Model], key: Any, states: tuple[str, ...], changes: dict[str, Any]) -> int:
    """`filter(pk=key, state__in=states).update(**changes)`, for values, not expressions: how many rows were changed."""
    written = _updates.get((model, states, *changes))
    if written is None:
        written = _updates[model, states, *changes] = _write_update(model, states, changes)
    sql, blanks = written
    fields = {name: model._meta.get_field(name) for name in changes}
    values = {name: _saved(field, changes[name]) for name, field in fields.items()} | {"where pk": key}
    organisation = current_organisation_id()
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, [_filled(blank, values, organisation) for blank in blanks])
        return int(cursor.rowcount)


_updates: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}


def _write_update(model: type[Model], states: tuple[str, ...], changes: Iterable[str]) -> tuple[str, tuple[Any, ...]]:
    with of_any_scope():
        rows: Any = model._default_manager.filter(pk=_Blank("where pk"), state__in=states)
        update = rows.query.chain(UpdateQuery)
        # Of no type of its own: a field of JSON would take it for JSON. What is saved comes from `_saved`.
        update.add_update_values({name: _Blank(name, TextField()) for name in changes})
        sql, blanks = update.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, tuple(blanks)


def _saved(field: Any, value: Any) -> Any:
    if hasattr(value, "prepare_database_save"):
        value = value.prepare_database_save(field)
    return field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


def _refuse_unnamed(values: tuple[object, ...]) -> None:
    if values:
        raise TypeError("Values are given by name.")


def _write(build: Callable[..., QuerySet], values: dict[str, object]) -> Any:
    with of_any_scope():
        found = build(**{name: _Blank(name) for name in values})
        writer = found.query.get_compiler(DEFAULT_DB_ALIAS)
        # Django's setup before a query is run: it describes what the rows are made of.
        sql, blanks = writer.as_sql()
    columns = [column for column, *_rest in writer.select[: writer.col_count]]
    return found, writer, sql, tuple(blanks), writer.get_converters(columns)


def _filled(blank: Any, values: dict[str, object], organisation: int) -> Any:
    if blank is SCOPE:
        return organisation
    return values[blank.name] if isinstance(blank, _Blank) else blank
