from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("checkin", "0003_entrances_change_their_event"), ("events", "0019_functions_and_triggers")]

    operations = [
        InstallSql("entrances_changed", version=1, digest="644ac424a74b"),
    ]
