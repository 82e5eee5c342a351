from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("forms", "0003_answered_versions_stay")]

    operations = [
        InstallSql("answered_version_stays", version=1, digest="737a7e27d5cb"),
    ]
