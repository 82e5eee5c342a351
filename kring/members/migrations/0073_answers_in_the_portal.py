from django.db import migrations

# Members answer the organisation's own questions themselves where nobody has said otherwise: those settings were made
# before there were any such questions, and nobody has changed settings of the register since.
ALLOW = """
UPDATE members_registersettings s SET changed_at_once = array_append(changed_at_once, 'answers')
WHERE NOT 'answers' = ANY(changed_at_once) AND NOT EXISTS (
    SELECT FROM organisations_auditentry a
    WHERE a.organisation_id = s.organisation_id AND a.action = 'register_settings.changed'
)
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0072_answers_noted"), ("organisations", "0001_initial")]

    operations = [migrations.RunSQL(ALLOW, migrations.RunSQL.noop)]
