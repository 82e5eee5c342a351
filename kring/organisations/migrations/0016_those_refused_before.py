from django.db import migrations

# Blocked, and by the platform's log never active: the log is as old as registering by oneself.
REFUSED = """
UPDATE organisations_organisation SET was_refused = true
WHERE status = 'blocked' AND EXISTS (
    SELECT FROM organisations_platformlog log
    WHERE log.organisation_id = organisations_organisation.id
        AND log.action = 'organisation.blocked' AND log.old ->> 'status' = 'new'
) AND NOT EXISTS (
    SELECT FROM organisations_platformlog log
    WHERE log.organisation_id = organisations_organisation.id AND log.action = 'organisation.activated'
)
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0015_was_refused")]

    operations = [migrations.RunSQL(REFUSED, migrations.RunSQL.noop)]
