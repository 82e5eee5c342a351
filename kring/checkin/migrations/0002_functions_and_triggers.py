from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("checkin", "0001_initial"), ("events", "0001_initial")]

    operations = [
        InstallSql("entrances_changed", version=1, digest="644ac424a74b"),
    ]
