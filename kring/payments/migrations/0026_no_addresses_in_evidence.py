import json

from django.db import migrations, transaction
from django.utils.crypto import salted_hmac

AT_ONCE = 1000
FOUND = "SELECT id, evidence->>'address' FROM payments_savedmeans WHERE evidence ? 'address' ORDER BY id LIMIT %s"
NOTED = """
UPDATE payments_savedmeans
SET evidence = (evidence - 'address') || jsonb_build_object('address_digest', digests.digest)
FROM jsonb_to_recordset(%s::jsonb) AS digests (id bigint, digest text)
WHERE payments_savedmeans.id = digests.id
"""


def take_addresses_away(apps, schema_editor):
    """As core/network_digests.py makes them; a thousand at a time, each in a transaction of its own."""
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(FOUND, [AT_ONCE])
            found = [{"id": key, "digest": digest(address)} for key, address in cursor.fetchall()]
            if not found:
                return
            with transaction.atomic(using=schema_editor.connection.alias):
                cursor.execute(NOTED, [json.dumps(found)])


def digest(address):
    return salted_hmac("kring.direct_debit.address", address, algorithm="sha256").hexdigest() if address else ""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0025_saved_means_are_asked_after")]

    operations = [migrations.RunPython(take_addresses_away, migrations.RunPython.noop, elidable=True)]
