"""Kring's tables in PostgreSQL's own catalogue, and as their owner sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection


class Reference(NamedTuple):
    """A foreign key as the database has it; `clears` is what SET NULL empties."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    rule: str
    clears: tuple[str, ...]


RULES = {"c": "CASCADE", "n": "SET NULL", "a": "NO ACTION", "r": "RESTRICT", "d": "SET DEFAULT"}
NAMES = (
    "(SELECT array_agg(attname::text ORDER BY place) FROM unnest({keys}) WITH ORDINALITY AS k (number, place) "
    "JOIN pg_attribute ON attrelid = {table} AND attnum = number)"
)


def rows(sql: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def references() -> list[Reference]:
    found = rows(
        f"""SELECT conrelid::regclass::text, {NAMES.format(keys="conkey", table="conrelid")},
                   confrelid::regclass::text, {NAMES.format(keys="confkey", table="confrelid")},
                   confdeltype::text, {NAMES.format(keys="confdelsetcols", table="conrelid")}
            FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""
    )
    return [
        Reference(table, tuple(columns), target, tuple(theirs), RULES[rule], tuple(clears or ()))
        for table, columns, target, theirs, rule, clears in found
    ]


def unique_indexes(table: str) -> dict[str, str]:
    """The first column of each unique index but the primary key; "" for an expression."""
    return dict(
        rows(
            """SELECT i.indexrelid::regclass::text, coalesce(a.attname::text, '')
               FROM pg_index i LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary""",
            table,
        )
    )


def tables() -> set[str]:
    return {name for (name,) in rows("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")}


def policies(table: str) -> set[tuple]:
    """(name, roles, command, condition) of each policy."""
    return {
        (name, tuple(roles), command, condition)
        for name, roles, command, condition in rows(
            """SELECT policyname::text, roles::text[], cmd, qual FROM pg_policies
               WHERE schemaname = 'public' AND tablename = %s""",
            table,
        )
    }


@contextmanager
def as_owner() -> Iterator[None]:
    """See every row of every organisation, inside the test's own transaction."""
    [(role,)] = rows("SELECT current_user::text")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE kring")
        yield
        cursor.execute(f"SET LOCAL ROLE {role}")


def everything_in(table: str, organisation: Any) -> list[tuple]:
    """All rows of one organisation, all columns, as they are in the database."""
    with as_owner():
        return rows(f'SELECT t::text FROM "{table}" t WHERE organisation_id = %s ORDER BY id', organisation.pk)
