from importlib import import_module

from django.db import migrations

made_of = import_module("kring.registrations.migrations.0015_listed_kept_in_step")
# Whoever changes one meanwhile finds no row yet, makes it, and is waited for or waits here.
FORWARDS = made_of.INSERT.format(rank=made_of.RANK, which="") + "ON CONFLICT (organisation_id, registration_id) DO NOTHING"


class Migration(migrations.Migration):
    """Those from before; new ones are noted as they are made."""

    dependencies = [("registrations", "0015_listed_kept_in_step")]

    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
