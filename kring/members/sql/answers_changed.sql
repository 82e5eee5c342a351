-- Those that say something else than before, or answer another version.
CREATE OR REPLACE FUNCTION members_answers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_note_answers(changed.organisation_id, array_agg(changed.id))
    FROM changed JOIN was ON was.id = changed.id
    WHERE changed.answers IS DISTINCT FROM was.answers OR changed.version_id <> was.version_id
    GROUP BY changed.organisation_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER answers_about_members_changed AFTER UPDATE ON forms_submission
    REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_answers_changed();
