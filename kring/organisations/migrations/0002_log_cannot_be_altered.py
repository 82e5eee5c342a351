from django.db import migrations

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE


class Migration(migrations.Migration):
    """The application adds to the audit log and reads it (L1). Only deleting the organisation empties it."""

    dependencies = [("organisations", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON organisations_auditentry FROM {APP_ROLE}, {PLATFORM_ROLE}",
            f"GRANT UPDATE, DELETE ON organisations_auditentry TO {APP_ROLE}, {PLATFORM_ROLE}",
        )
    ]
