from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial"), ("organisations", "0001_initial")]

    operations = [
        InstallSql("answered_version_stays", version=1, digest="737a7e27d5cb"),
    ]
