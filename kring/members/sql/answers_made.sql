CREATE OR REPLACE FUNCTION members_answers_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_note_answers(organisation_id, array_agg(id)) FROM made GROUP BY organisation_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER answers_about_members_made AFTER INSERT ON forms_submission REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION members_answers_made();
