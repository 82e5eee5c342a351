-- Programs are shown the entrances with their event: few, and seldom changed.
CREATE OR REPLACE FUNCTION checkin_entrances_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE events_event SET updated_at = clock_timestamp()
    WHERE organisation_id = coalesce(NEW.organisation_id, OLD.organisation_id)
        AND id = coalesce(NEW.event_id, OLD.event_id);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER entrances_changed AFTER INSERT OR UPDATE OR DELETE ON checkin_location FOR EACH ROW
    EXECUTE FUNCTION checkin_entrances_changed();
