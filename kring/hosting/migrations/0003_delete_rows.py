from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("hosting", "0002_surviving_payments")]

    operations = [
        InstallSql("delete_rows", version=1, digest="15be4b325352"),
    ]
