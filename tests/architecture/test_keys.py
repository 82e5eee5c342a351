"""Every reference between tables has an index: else each row that is deleted reads the whole table that refers to it,
and deleting an organisation takes time that grows with the square of its rows (T6)."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.architecture.catalogue import rows

pytestmark = pytest.mark.django_db

# To what an organisation has a handful of, or one event's worth: to read the rows of that organisation costs less than
# one more index at each write. Jobs are deleted with their worker, and are the library's.
FEW = {
    ("direct_debit_collectionrun", "creditor_account_id"),
    ("direct_debit_mandate", "creditor_account_id"),
    ("payments_difference", "account_id"),
    ("payments_payment", "provider_account_id"),
    ("payments_savedmeans", "provider_account_id"),
    ("procrastinate_jobs", "worker_id"),
    ("registrations_listed", "attraction_id"),
    ("registrations_listed", "ticket_type_id"),
    ("registrations_searchable", "event_id"),
}
# A partial index will do that leaves out only what refers to nothing.
WITHOUT = """
SELECT c.conrelid::regclass::text, last.attname::text, c.confrelid::regclass::text
FROM pg_constraint c
JOIN pg_attribute last ON last.attrelid = c.conrelid AND last.attnum = c.conkey[cardinality(c.conkey)]
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid
        AND (i.indkey[0] = last.attnum OR (i.indkey[0] = ANY (c.conkey) AND i.indkey[1] = last.attnum))
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%%I IS NOT NULL)', last.attname))
) ORDER BY 1, 2
"""


def test_every_reference_has_an_index():
    assert {(table, column) for table, column, _target in rows(WITHOUT)} == FEW


def test_one_without_an_index_is_found():
    """The negative control."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE kring")
        cursor.execute(
            "CREATE TABLE lonely (organisation_id bigint, message_id bigint,"
            " FOREIGN KEY (organisation_id, message_id) REFERENCES mail_message (organisation_id, id))"
        )
        cursor.execute("CREATE INDEX ON lonely (organisation_id)")
        cursor.execute("CREATE INDEX ON lonely (message_id) WHERE organisation_id > 1")

    assert ("lonely", "message_id", "mail_message") in rows(WITHOUT)
