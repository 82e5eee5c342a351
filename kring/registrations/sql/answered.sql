-- A change of state alone touches nothing here: the condition is asked before the function is called.
CREATE OR REPLACE FUNCTION registrations_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registrations_note_answers(NEW.organisation_id, ARRAY[NEW.id]);
    PERFORM registrations_note_words(NEW.organisation_id, ARRAY[NEW.id]);
    PERFORM registrations_list(NEW.organisation_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER registration_is_answered AFTER UPDATE ON registrations_registration FOR EACH ROW
    WHEN (NEW.basic_id IS DISTINCT FROM OLD.basic_id OR NEW.submission_id IS DISTINCT FROM OLD.submission_id
          OR NEW.event_id <> OLD.event_id)
    EXECUTE FUNCTION registrations_answered();
