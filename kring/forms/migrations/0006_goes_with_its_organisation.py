from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("forms", "0005_kept_files"), ("organisations", "0013_deletion")]

    operations = [
        InstallSql("answered_version_stays", version=2, digest="c908ae3b30d5"),
    ]
