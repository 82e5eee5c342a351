from django.db import migrations, models

# A row of the list is written exactly when something of its registration has changed, wherever that stands: state,
# price, ticket, order, payment, answers (whose ends are not in it). So it is what knows when.
FORWARDS = """
CREATE FUNCTION registrations_listed_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER listed_changed BEFORE UPDATE ON registrations_listed FOR EACH ROW
    EXECUTE FUNCTION registrations_listed_changes();
"""
BACKWARDS = """
DROP TRIGGER listed_changed ON registrations_listed;
DROP FUNCTION registrations_listed_changes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_when_an_order_changed"),
        ("events", "0015_when_its_parts_changed"),
        ("registrations", "0019_note_choices_anew"),
    ]

    operations = [
        migrations.AddField("listed", "updated_at", models.DateTimeField(null=True, editable=False)),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
