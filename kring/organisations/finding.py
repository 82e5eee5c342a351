"""The organisation behind a host name: looked up by every request, so it costs one plain statement and no ORM."""

from __future__ import annotations

from django.db import connection

from kring.organisations.models import Organisation

# Compiling the query costs ten times as much as running it.
_NAMES = [field.attname for field in Organisation._meta.concrete_fields]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Organisation._meta.concrete_fields)
_BY_SUBDOMAIN = f'SELECT {_COLUMNS} FROM "{Organisation._meta.db_table}" WHERE lower(subdomain) = %s'


def by_subdomain(subdomain: str) -> Organisation | None:
    """Whatever its status; `subdomain` in lower case. Needs no scope: the table is global."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_SUBDOMAIN, [subdomain])
        row = cursor.fetchone()
    return None if row is None else Organisation.from_db(connection.alias, _NAMES, row)
