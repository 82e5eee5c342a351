from django.db import migrations, transaction

AT_ONCE = 500
CHOSEN = """
    SELECT DISTINCT organisation_id, registration_id FROM registrations_answer
    WHERE type IN ('choice', 'choices') AND registration_id > %s ORDER BY registration_id LIMIT %s
"""
# In the order of the keys, as all who write these rows.
LOCK = "SELECT FROM registrations_registration WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
NOTE = """
    SELECT registrations_note_answers(organisation_id, array_agg(id)), registrations_list(organisation_id, array_agg(id))
    FROM registrations_registration WHERE id = ANY(%s) GROUP BY organisation_id
"""


def note_anew(apps, schema_editor):
    connection, last = schema_editor.connection, 0
    while True:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.execute(CHOSEN, [last, AT_ONCE])
            keys = [key for _organisation, key in cursor.fetchall()]
            if not keys:
                return
            cursor.execute(LOCK, [keys])
            cursor.execute(NOTE, [keys])
            last = keys[-1]


class Migration(migrations.Migration):
    """Those from before, a few hundred at a time: nobody waits long for a row."""

    atomic = False
    dependencies = [("registrations", "0018_choices_by_their_values")]

    operations = [migrations.RunPython(note_anew, migrations.RunPython.noop)]
