from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("places", "0002_functions_and_triggers")]

    operations = [
        InstallSql("claims_respect_the_queue", version=1, digest="8b28e5f033e2"),
        InstallSql("part_is_gone", version=1, digest="288ee96a5670"),
        InstallSql("parts_changed", version=1, digest="5d945263c61d"),
        InstallSql("places_are_kept", version=1, digest="0a3c17653010"),
        InstallSql("renamed", version=1, digest="a912a9bf5543"),
        InstallSql("version_of_page", version=1, digest="3aaa7b2e5ea5"),
    ]
