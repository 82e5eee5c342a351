-- What is found and listed of new registrations.
CREATE OR REPLACE FUNCTION registrations_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT organisation_id AS ours, array_agg(id) AS these,
               array_agg(id) FILTER (WHERE basic_id IS NOT NULL OR submission_id IS NOT NULL) AS answered
        FROM fresh GROUP BY organisation_id
    LOOP
        IF part.answered IS NOT NULL THEN
            PERFORM registrations_note_answers(part.ours, part.answered);
        END IF;
        PERFORM registrations_note_words(part.ours, part.these);
        PERFORM registrations_list(part.ours, part.these);
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER registration_is_made AFTER INSERT ON registrations_registration
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION registrations_made();
