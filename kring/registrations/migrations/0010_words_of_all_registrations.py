from django.db import migrations

FORWARDS = """
SELECT registrations_note_words(organisation_id, array_agg(id))
FROM registrations_registration GROUP BY organisation_id;
SELECT registrations_note_answers(organisation_id, array_agg(id)), registrations_note_words(organisation_id, array_agg(id))
FROM registrations_registration WHERE basic_id IS NOT NULL OR submission_id IS NOT NULL GROUP BY organisation_id;
"""


class Migration(migrations.Migration):
    """Those from before; new ones are noted as they are made."""

    dependencies = [("registrations", "0009_search")]

    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
