import django.db.models.functions.datetime
from django.db import migrations, models

# The moment of the change itself, not the beginning of its transaction, behind which a long one would hide.
FORWARDS = """
CREATE FUNCTION registrations_note_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER registration_changed BEFORE UPDATE ON registrations_registration
    FOR EACH ROW EXECUTE FUNCTION registrations_note_the_change();
"""
BACKWARDS = """
DROP TRIGGER registration_changed ON registrations_registration;
DROP FUNCTION registrations_note_the_change();
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
