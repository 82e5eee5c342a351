from django.db import migrations

# Who expired or was cancelled keeps her sessions for a late payment, but not at another time than she chose: two of
# them would meet, and the session could not be moved although nobody is in it.
MOVES = """
CREATE OR REPLACE FUNCTION registrations_session_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    %s
    UPDATE registrations_sessionbooking SET session_id = session_id
    WHERE organisation_id = NEW.organisation_id AND session_id = NEW.id;
    RETURN NULL;
END $$;
"""
FORGET = """
    IF (NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.starts_at, OLD.ends_at) THEN
        DELETE FROM registrations_sessionbooking b USING registrations_registration r
        WHERE b.organisation_id = NEW.organisation_id AND b.session_id = NEW.id
          AND r.organisation_id = b.organisation_id AND r.id = b.registration_id
          AND r.state IN ('expired', 'cancelled');
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0011_plan_the_words_once")]

    operations = [migrations.RunSQL(MOVES % FORGET, MOVES % "")]
