from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial"), ("organisations", "0001_initial")]

    operations = [
        InstallSql("note_what_is_reworded", version=1, digest="0fc0570db3ab"),
    ]
