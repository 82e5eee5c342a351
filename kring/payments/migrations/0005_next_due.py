from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_account_of_a_payment"), ("billing", "0016_reminders")]

    operations = [
        InstallSql("note_next_due", version=1, digest="922b203740cb"),
    ]
