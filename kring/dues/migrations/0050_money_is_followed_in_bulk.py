from __future__ import annotations

from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("dues", "0042_days_of_promises")]

    operations = [
        InstallSql("contributions_follow_the_money", version=2, digest="3787eb3d12a5"),
    ]
