from django.db import migrations

# Programs are shown the entrances with their event: few, and seldom changed.
FORWARDS = """
CREATE FUNCTION checkin_entrances_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE events_event SET updated_at = clock_timestamp()
    WHERE organisation_id = coalesce(NEW.organisation_id, OLD.organisation_id)
        AND id = coalesce(NEW.event_id, OLD.event_id);
    RETURN NULL;
END $$;
CREATE TRIGGER entrances_changed AFTER INSERT OR UPDATE OR DELETE ON checkin_location FOR EACH ROW
    EXECUTE FUNCTION checkin_entrances_changed();
"""
BACKWARDS = """
DROP TRIGGER entrances_changed ON checkin_location;
DROP FUNCTION checkin_entrances_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("checkin", "0002_let_in_anyway_and_undone"), ("events", "0015_when_its_parts_changed")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
