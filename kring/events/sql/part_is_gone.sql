-- A part that is gone can say nothing any more: its event does. Nobody else locks parts before their event.
CREATE OR REPLACE FUNCTION events_part_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'attraction' THEN
        UPDATE events_event SET updated_at = clock_timestamp()
        WHERE organisation_id = OLD.organisation_id
            AND id = (SELECT event_id FROM events_attraction
                      WHERE organisation_id = OLD.organisation_id AND id = OLD.attraction_id);
    ELSE
        UPDATE events_event SET updated_at = clock_timestamp()
        WHERE organisation_id = OLD.organisation_id AND id = OLD.event_id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER part_is_gone AFTER DELETE ON events_attraction FOR EACH ROW
    EXECUTE FUNCTION events_part_is_gone('event');
CREATE OR REPLACE TRIGGER part_is_gone AFTER DELETE ON events_session FOR EACH ROW
    EXECUTE FUNCTION events_part_is_gone('attraction');
CREATE OR REPLACE TRIGGER part_is_gone AFTER DELETE ON events_tickettype FOR EACH ROW
    EXECUTE FUNCTION events_part_is_gone('attraction');
