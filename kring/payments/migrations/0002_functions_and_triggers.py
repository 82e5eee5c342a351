from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        InstallSql("refunds_add_up", version=1, digest="e50b94bc54cb"),
    ]
