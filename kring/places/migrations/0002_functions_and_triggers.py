from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        InstallSql("claims_add_up", version=1, digest="86f58591cdf4"),
        InstallSql("claims_stay_as_they_are", version=1, digest="eed0b34552d3"),
        InstallSql("note_the_change", version=1, digest="c6112d60faf0"),
        InstallSql("note_the_name", version=1, digest="c13b08593824"),
    ]
