from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("events", "0002_functions_and_triggers")]

    operations = [InstallSql("version_of_page", version=2, digest="8ce55008d653")]
