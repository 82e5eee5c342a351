from django.db import migrations

# An attraction knows whether anybody waits for it, whoever writes the entries: the claims of places ask it each time.
FORWARDS = """
CREATE FUNCTION waiting_keep_places(attractions bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE events_attraction a SET is_kept = NOT a.is_kept
    WHERE a.id = ANY (attractions) AND a.is_kept <> EXISTS (
        SELECT FROM waiting_wish w
        JOIN waiting_entry e ON e.organisation_id = w.organisation_id AND e.id = w.entry_id
        WHERE w.organisation_id = a.organisation_id AND w.attraction_id = a.id AND e.state = 'waiting'
    );
$$;
CREATE FUNCTION waiting_wishes_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM waiting_keep_places(ARRAY(SELECT DISTINCT attraction_id FROM changed ORDER BY 1));
    RETURN NULL;
END $$;
CREATE FUNCTION waiting_entries_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM waiting_keep_places(ARRAY(
        SELECT DISTINCT w.attraction_id FROM was JOIN changed USING (id)
        JOIN waiting_wish w ON w.organisation_id = changed.organisation_id AND w.entry_id = changed.id
        WHERE (was.state = 'waiting') <> (changed.state = 'waiting') ORDER BY 1
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER wishes_made AFTER INSERT ON waiting_wish REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION waiting_wishes_changed();
CREATE TRIGGER wishes_given_up AFTER DELETE ON waiting_wish REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION waiting_wishes_changed();
CREATE TRIGGER entries_changed AFTER UPDATE ON waiting_entry REFERENCING OLD TABLE AS was NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION waiting_entries_changed();
"""
BACKWARDS = """
DROP TRIGGER entries_changed ON waiting_entry;
DROP TRIGGER wishes_given_up ON waiting_wish;
DROP TRIGGER wishes_made ON waiting_wish;
DROP FUNCTION waiting_entries_changed();
DROP FUNCTION waiting_wishes_changed();
DROP FUNCTION waiting_keep_places(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("waiting", "0001_initial"), ("events", "0014_free_places_go_to_the_queue")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
