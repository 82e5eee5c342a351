-- What is shown with each registration says when its name changed.
CREATE OR REPLACE TRIGGER renamed BEFORE UPDATE ON events_attraction FOR EACH ROW
    EXECUTE FUNCTION places_note_the_name('name');
CREATE OR REPLACE TRIGGER renamed BEFORE UPDATE ON events_event FOR EACH ROW
    EXECUTE FUNCTION places_note_the_name('slug');
CREATE OR REPLACE TRIGGER renamed BEFORE UPDATE ON events_organiser FOR EACH ROW
    EXECUTE FUNCTION places_note_the_name('name');
CREATE OR REPLACE TRIGGER renamed BEFORE UPDATE ON events_tickettype FOR EACH ROW
    EXECUTE FUNCTION places_note_the_name('name');
