from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        InstallSql("note_the_change", version=1, digest="8000fdb7b1b6"),
    ]
