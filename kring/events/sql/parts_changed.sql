-- What programs are shown with an event says itself when it changed.
CREATE OR REPLACE TRIGGER part_changed BEFORE INSERT OR UPDATE ON events_attraction FOR EACH ROW
    EXECUTE FUNCTION places_note_the_change();
CREATE OR REPLACE TRIGGER part_changed BEFORE INSERT OR UPDATE ON events_session FOR EACH ROW
    EXECUTE FUNCTION places_note_the_change();
CREATE OR REPLACE TRIGGER part_changed BEFORE INSERT OR UPDATE ON events_tickettype FOR EACH ROW
    EXECUTE FUNCTION places_note_the_change();
