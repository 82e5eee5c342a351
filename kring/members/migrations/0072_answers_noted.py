from django.db import migrations, transaction

AT_ONCE = 1000
# What changes meanwhile the triggers note; whoever changes one of these waits for a moment.
NOTE = """
SELECT members_note_answers(organisation_id, array_agg(id)) FROM (
    SELECT s.organisation_id, s.id FROM forms_submission s WHERE s.id = ANY(%s) ORDER BY s.id FOR SHARE
) AS these GROUP BY organisation_id
"""


def note_all(apps, schema_editor):
    """Answers given before there was a table of them, a thousand at a time, each in a transaction of its own."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id FROM forms_submission s JOIN forms_formversion v ON v.id = s.version_id"
            " JOIN forms_form f ON f.id = v.form_id WHERE f.purpose = 'member' ORDER BY s.id"
        )
        keys = [key for (key,) in cursor.fetchall()]
        for first in range(0, len(keys), AT_ONCE):
            with transaction.atomic(using=schema_editor.connection.alias):
                cursor.execute(NOTE, [keys[first : first + AT_ONCE]])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("members", "0071_answers")]

    operations = [migrations.RunPython(note_all, migrations.RunPython.noop, elidable=True)]
