from django.db import migrations

# Planning these few statements anew for each registration costs ten times what running them does.
FORWARDS = """
ALTER FUNCTION registrations_note_answers(bigint, bigint[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION registrations_note_words(bigint, bigint[]) SET plan_cache_mode = force_generic_plan;
"""
BACKWARDS = """
ALTER FUNCTION registrations_note_words(bigint, bigint[]) RESET plan_cache_mode;
ALTER FUNCTION registrations_note_answers(bigint, bigint[]) RESET plan_cache_mode;
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0010_words_of_all_registrations")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
