"""What is due is found by one query over all organisations."""

from django.db import migrations

from kring.core.database_url import PLATFORM_ROLE


class Migration(migrations.Migration):
    dependencies = [("payments", "0024_payments_of_saved_means_are_found")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY platform ON payments_savedmeans FOR SELECT TO {PLATFORM_ROLE} USING (true)",
            "DROP POLICY platform ON payments_savedmeans",
        ),
    ]
