from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        InstallSql("normal", version=1, digest="9df996c7e578"),
    ]
