from __future__ import annotations

from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("direct_debit", "0004_mandates_of_files")]

    operations = [
        InstallSql("debit_items_add_up", version=2, digest="602ba7496e0a"),
    ]
