"""Isolation between organisations, in Python. The database's half is in `core.tenant_tables`.

Every tenant query needs a scope. Within one, the manager adds `organisation_id = <the scope's>`, each join repeats it,
and PostgreSQL's row-level security enforces the same again, whatever the code above does wrong (T3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

import psycopg
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import debug_transaction
from django.db.models.expressions import Col, RawSQL
from django.db.models.fields.related import ForeignKey
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import AND, WhereNode

from kring.core.database.base import DatabaseWrapper
from kring.core.database_url import PLATFORM_ROLE
from kring.core.transactions import refuse_swallowed

SETTING = "kring.organisation_id"

_organisation_id: ContextVar[int | None] = ContextVar("organisation_id", default=None)
_organisation: ContextVar[models.Model | None] = ContextVar("organisation", default=None)
_platform: ContextVar[bool] = ContextVar("platform", default=False)
_memory: ContextVar[dict[str, object] | None] = ContextVar("memory", default=None)
_is_of_any_scope: ContextVar[bool] = ContextVar("is_of_any_scope", default=False)


class NoScope(RuntimeError):
    """A tenant query outside `scope()`: a programming error, never answered with data."""


class OtherScope(RuntimeError):
    """A scope of one organisation inside the scope of another."""


def current_organisation_id() -> int:
    organisation_id = _organisation_id.get()
    if organisation_id is None:
        raise NoScope("No organisation in scope: wrap this in `with scope(organisation):`.")
    return organisation_id


def scoped_object() -> models.Model | None:
    """The organisation the scope was opened with; None where it was opened by id."""
    return _organisation.get()


def in_scope() -> bool:
    return _organisation_id.get() is not None


@contextmanager
def scope(organisation: models.Model | int) -> Iterator[None]:
    """Open a transaction in which all tenant queries are about `organisation` (the object or its id).

    Nested with the same organisation it is a savepoint; with another one it raises OtherScope.
    """
    wanted = organisation if isinstance(organisation, int) else organisation.pk
    outer = _organisation_id.get()
    if outer is not None and outer != wanted:
        raise OtherScope(f"Organisation {wanted} inside the scope of organisation {outer}.")
    if _platform.get():
        raise OtherScope("A scope of one organisation inside platform_scope().")
    token = _organisation_id.set(wanted)
    if outer is None:
        _organisation.set(None if isinstance(organisation, int) else organisation)
        _memory.set({})
    try:
        with cast(DatabaseWrapper, connection).beginning_with(_local(int(wanted))), transaction.atomic():
            if outer is None and _inside_a_longer_transaction():
                _say(_local(int(wanted)))
            yield
            refuse_swallowed()
            if outer is None and _inside_a_longer_transaction() and not connection.needs_rollback:
                _say(_local(""))
    finally:
        _organisation_id.reset(token)
        if outer is None:
            _organisation.set(None)
            _memory.set(None)


def remembered[T](key: str, read: Callable[[], T]) -> T:
    """What `read` returned first in this scope: for short lists that a page or a job asks for many times.

    Who writes to it forgets it: `forget_remembered(key)`.
    """
    memory = _memory.get()
    if memory is None:
        raise NoScope("No organisation in scope: wrap this in `with scope(organisation):`.")
    if key not in memory:
        memory[key] = read()
    return cast("T", memory[key])


def forget_remembered(key: str) -> None:
    if (memory := _memory.get()) is not None:
        memory.pop(key, None)


@contextmanager
def scope_there_is(organisation: models.Model | int) -> Iterator[None]:
    """The current scope, which must be of `organisation`, without a savepoint; a new one where there is none."""
    wanted = organisation if isinstance(organisation, int) else organisation.pk
    if _organisation_id.get() != wanted:
        with scope(organisation):
            yield
    else:
        yield


def opens_own_scope(view: Callable) -> Callable:
    """For views that use the network: they open scopes around what they read and write, and none in between."""
    view.opens_own_scope = True  # type: ignore[attr-defined]
    return view


def ask(organisation: models.Model | int, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one SELECT in the scope of `organisation`, in one round trip instead of four.

    For pages requested so often that the other three matter. Both statements are one transaction of their own.
    """
    if connection.in_atomic_block:
        with scope(organisation), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()
    number = organisation if isinstance(organisation, int) else organisation.pk
    connection.ensure_connection()
    # Two statements in one text: only the client can put the values in, the server takes them one statement at a time.
    both = f"{_local(int(number))}; {sql}"
    with (
        debug_transaction(connection, both),
        connection.wrap_database_errors,
        psycopg.ClientCursor(connection.connection) as cursor,
    ):
        cursor.execute(both.encode(), values)
        cursor.nextset()
        return cursor.fetchall()


@contextmanager
def platform_scope() -> Iterator[None]:
    """Open a transaction as the role that sees all organisations, in the tables that allow it (and only those).

    For the platform's work across organisations; tests/architecture/test_platform.py lists all its users.
    """
    if in_scope():
        raise OtherScope("platform_scope() inside the scope of one organisation.")
    token = _platform.set(True)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {PLATFORM_ROLE}")
            yield
            if _inside_a_longer_transaction():
                cursor.execute("RESET ROLE")
    finally:
        _platform.reset(token)


def _inside_a_longer_transaction() -> bool:
    """True where SET LOCAL would outlive the scope: in a test's own transaction."""
    return len(connection.savepoint_ids) > 0


def _local(value: int | str) -> str:
    # SET LOCAL and not set_config(): safe with PgBouncer, and a distributed PostgreSQL passes it on.
    return f"SET LOCAL {SETTING} = '{value}'"


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


class ScopeId(models.Value):
    """The scope's organisation, looked up when the query is compiled: a queryset may be built before its scope."""

    def __init__(self) -> None:
        super().__init__(None, output_field=models.BigIntegerField())

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return "%s", [SCOPE if _is_of_any_scope.get() else current_organisation_id()]


# In a query written in `of_any_scope()`: stands for the organisation of its scope (`core.prepared_queries`).
SCOPE = object()


@contextmanager
def of_any_scope() -> Iterator[None]:
    """Queries written in here name no organisation yet, and cannot be run as they are."""
    token = _is_of_any_scope.set(True)
    try:
        yield
    finally:
        _is_of_any_scope.reset(token)


class TenantQuerySet(models.QuerySet):
    pass


class TenantManager(models.Manager):
    """This organisation's rows; in `platform_scope()` everybody's."""

    _queryset_class = TenantQuerySet

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if not _platform.get():
            rows.query = _isolated(self.model).chain()
        return rows


@cache
def _isolated(model: type[models.Model]) -> Any:
    """The query that all others of this model start from, made once: it names no organisation until it is compiled."""
    return models.QuerySet(model).filter(organisation_id=ScopeId()).query


class TenantForeignKey(ForeignKey):
    """A foreign key that cannot leave the organisation.

    Every join repeats the organisation, and the key in the database is composite: `TenantTable` makes it, with the
    delete rule of `on_delete` (DB_CASCADE, DB_SET_NULL, or DO_NOTHING, which refuses the deletion).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs

    def get_extra_restriction(self, alias: str, related_alias: str) -> Any:
        return _same_organisation(self.model, alias, self.remote_field.model, related_alias)


def _same_organisation(model: Any, alias: str, other: Any, other_alias: str) -> Any:
    mine, theirs = model._meta.get_field("organisation"), other._meta.get_field("organisation")
    same: Any = Exact(Col(other_alias, theirs), Col(alias, mine))
    return WhereNode([same], AND)


class TenantModel(models.Model):
    """A row of one organisation. Its table gets its policy from `TenantTable` in the migration that makes it."""

    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.DB_CASCADE,
        db_default=RawSQL(f"current_setting('{SETTING}')::bigint", []),  # noqa: S611 - our own constant
        editable=False,
        related_name="+",
    )

    objects: Any = TenantManager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "objects"
