"""Rows by the thousand: most of what Django's `bulk_create` and `bulk_update` take is to make objects, or a CASE of
each value, and to write all that into the text of the statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import batched
from typing import Any

from django.db import connection, models
from psycopg.types.range import Range

AT_ONCE = 1000
# The standard ones keep what they are given.
_AS_GIVEN = (models.CharField, models.TextField, models.JSONField)


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Their keys, in the order of `rows`: of each its values by attribute (`order_id`), the same ones in all. The
    others are the model's defaults. A statement per thousand, the values in one JSON text: of columns of plain values,
    dates, amounts, ranges and JSON."""
    if not rows:
        return []
    given = tuple(rows[0])
    columns, made = _columns(model, given)
    sql, keys = _statement(model, columns), list[int]()
    with connection.cursor() as cursor:
        for some in batched(rows, AT_ONCE, strict=False):
            values = [{name: make() for name, make in made} | {**row} for row in some]
            for name, clean in _cleaned(model, columns):
                for value in values:
                    value[name] = clean(value[name])
            cursor.execute(sql, [json.dumps(values, default=_as_text)])
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def update(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Each has its key and the values to write, by attribute, the same ones in all. As `insert` otherwise: a statement
    per thousand."""
    if not rows:
        return
    sql = _update(model, tuple(rows[0]))
    with connection.cursor() as cursor:
        for some in batched(rows, AT_ONCE, strict=False):
            cursor.execute(sql, [json.dumps(some, default=_as_text)])


@cache
def _columns(
    model: type[models.Model], given: tuple[str, ...]
) -> tuple[tuple[str, ...], list[tuple[str, Callable[[], Any]]]]:
    """Those that are written, and how the rest of them are made; what the database fills is not named."""
    made = []
    for field in model._meta.concrete_fields:
        if field.attname in given or field.primary_key or (field.has_db_default() and not field.has_default()):
            continue
        made.append((field.attname, field._get_default))  # type: ignore[attr-defined]
    return (*given, *(name for name, _make in made)), made


def _fields(model: type[models.Model], columns: tuple[str, ...]) -> list[models.Field]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in columns]


@cache
def _update(model: type[models.Model], columns: tuple[str, ...]) -> str:
    """Within the organisation by the policy of the table."""
    fields, table, key = _fields(model, columns), model._meta.db_table, model._meta.pk
    types = ", ".join(f'"{field.attname}" {_type(field)}' for field in fields)
    values = ", ".join(f'"{field.column}" = given."{field.attname}"' for field in fields if field is not key)
    return (
        f'UPDATE "{table}" SET {values} FROM json_to_recordset(%s::json) AS given({types})'
        f' WHERE "{table}"."{key.column}" = given."{key.attname}"'
    )


@cache
def _statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    fields = _fields(model, columns)
    names = ", ".join(f'"{field.column}"' for field in fields)
    texts = ", ".join(f'"{field.attname}"' for field in fields)
    types = ", ".join(f'"{field.attname}" {_type(field)}' for field in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    # Names of our own columns.
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {texts} FROM json_to_recordset(%s::json) AS _({types})'
        f' RETURNING "{key}"'
    )


def _type(field: models.Field) -> str:
    return str(field.db_type(connection)).partition(" GENERATED")[0]


@cache
def _cleaned(model: type[models.Model], columns: tuple[str, ...]) -> list[tuple[str, Callable[[Any], Any]]]:
    """Columns with a way of their own to keep texts, such as addresses."""
    texts = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, _AS_GIVEN)
        and type(field).get_prep_value not in {each.get_prep_value for each in _AS_GIVEN}
    ]
    return [(field.attname, field.get_prep_value) for field in texts if field.attname in columns]


def _as_text(value: object) -> str:
    match value:
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Range():
            lower, upper = ("" if each is None else str(each) for each in (value.lower, value.upper))
            return "empty" if value.isempty else f"{value.bounds[0]}{lower},{upper}{value.bounds[1]}"
    raise TypeError(f"{type(value).__name__} is no value of a column here.")
