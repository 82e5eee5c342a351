-- Somebody's answers were corrected: first the registrations, in the order of their keys, as all who write their
-- rows.
CREATE OR REPLACE FUNCTION registrations_answers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[] := ARRAY(
    SELECT id FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND basic_id = NEW.id
    UNION
    SELECT id FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND submission_id = NEW.id
);
BEGIN
    IF these <> '{}' THEN
        PERFORM FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND id = ANY(these)
            ORDER BY id FOR NO KEY UPDATE;
        PERFORM registrations_note_answers(NEW.organisation_id, these);
        PERFORM registrations_note_words(NEW.organisation_id, these);
        PERFORM registrations_list(NEW.organisation_id, these);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER answers_of_registrations AFTER UPDATE ON forms_submission FOR EACH ROW
    WHEN (NEW.answers IS DISTINCT FROM OLD.answers OR NEW.version_id <> OLD.version_id)
    EXECUTE FUNCTION registrations_answers_changed();
