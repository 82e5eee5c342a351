"""The organisation behind a host name: looked up by every request, so it costs one plain statement and no ORM."""

from __future__ import annotations

import json

from django.db import connection
from django.db.models import JSONField

from kring.organisations.models import Organisation

# Compiling the query costs ten times as much as running it.
_NAMES = [field.attname for field in Organisation._meta.concrete_fields]
# The driver leaves JSON as text.
_JSON = [place for place, field in enumerate(Organisation._meta.concrete_fields) if isinstance(field, JSONField)]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Organisation._meta.concrete_fields)
_BY_SUBDOMAIN = f'SELECT {_COLUMNS} FROM "{Organisation._meta.db_table}" WHERE lower(subdomain) = %s'
_BY_OWN_HOST = f"SELECT {_COLUMNS} FROM \"{Organisation._meta.db_table}\" WHERE own_host = %s AND own_host <> ''"


def by_subdomain(subdomain: str) -> Organisation | None:
    """Whatever its status; `subdomain` in lower case. Needs no scope: the table is global."""
    return _found(_BY_SUBDOMAIN, subdomain)


def by_own_host(host: str) -> Organisation | None:
    """The one whose own domain this is, and is proved to be; `host` in lower case."""
    return _found(_BY_OWN_HOST, host)


def _found(sql: str, value: str) -> Organisation | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    for place in _JSON:
        values[place] = json.loads(values[place])
    return Organisation.from_db(connection.alias, _NAMES, values)
