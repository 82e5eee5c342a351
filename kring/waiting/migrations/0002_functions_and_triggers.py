from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("waiting", "0001_initial")]

    operations = [
        InstallSql("entries_changed", version=1, digest="81070b4dfe1c"),
        InstallSql("keep_places", version=1, digest="61e3baf28abb"),
        InstallSql("wishes_changed", version=1, digest="e3c416e003bf"),
    ]
