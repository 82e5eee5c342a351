from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("waiting", "0005_a_step_nobody_takes"), ("events", "0019_functions_and_triggers")]

    operations = [
        InstallSql("entries_changed", version=1, digest="81070b4dfe1c"),
        InstallSql("keep_places", version=1, digest="61e3baf28abb"),
        InstallSql("wishes_changed", version=1, digest="e3c416e003bf"),
    ]
