from django.db import migrations


class Migration(migrations.Migration):
    """Which jobs have done their work: written in the work's own transaction, so that none does it twice."""

    dependencies = [("core", "0001_roles_and_extensions")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE job_done (job_id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
            "DROP TABLE job_done",
        )
    ]
