from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("payments", "0026_no_addresses_in_evidence"), ("organisations", "0013_deletion")]

    operations = [
        InstallSql("credit_adds_up", version=2, digest="2c98e289c95a"),
    ]
