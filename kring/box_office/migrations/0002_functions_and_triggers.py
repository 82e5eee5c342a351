from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("box_office", "0001_initial")]

    operations = [InstallSql("taken_in_an_open_shift", version=1, digest="a219dbf26252")]
