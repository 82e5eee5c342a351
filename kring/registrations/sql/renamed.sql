-- Answers that change at once note the words too: `registration_is_answered` does.
CREATE OR REPLACE FUNCTION registrations_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registrations_note_words(NEW.organisation_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER registration_is_renamed AFTER UPDATE ON registrations_registration FOR EACH ROW
    WHEN ((NEW.attendee_name <> OLD.attendee_name OR NEW.attendee_email <> OLD.attendee_email)
          AND NEW.basic_id IS NOT DISTINCT FROM OLD.basic_id
          AND NEW.submission_id IS NOT DISTINCT FROM OLD.submission_id AND NEW.event_id = OLD.event_id)
    EXECUTE FUNCTION registrations_renamed();
