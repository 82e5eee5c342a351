from importlib import import_module

from django.db import migrations

# Accepted was the last state there was; now all that come after it have a page too.
BEFORE = import_module("kring.events.migrations.0002_version_of_a_page").FORWARDS
AFTER = BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "e.state = 'accepted'", "e.state NOT IN ('new', 'pending')"
)


class Migration(migrations.Migration):
    dependencies = [("events", "0006_forms")]
    operations = [migrations.RunSQL(AFTER, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
