from django.db import migrations

# A plan is kept for a connection's life, also one that was made while the tables were empty. Then only one is right for
# all times to come: registration by registration, in the order that is written, by the indexes. Any other has taken
# minutes and gigabytes for a thousand at once.
SETTINGS = {"join_collapse_limit": "1", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
FUNCTIONS = [f"registrations_note_{what}(bigint, bigint[])" for what in ("answers", "words")]
FORWARDS = [f"ALTER FUNCTION {each} SET {name} = {value}" for each in FUNCTIONS for name, value in SETTINGS.items()]
BACKWARDS = [f"ALTER FUNCTION {each} RESET {name}" for each in FUNCTIONS for name in SETTINGS]


class Migration(migrations.Migration):
    dependencies = [("registrations", "0012_over_is_over_when_a_session_moves")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
