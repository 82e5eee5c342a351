-- The organisation is read by every request and job; its row says for which mails it has its own words, so that a
-- mail nobody changed costs no look at them. Whoever writes them, the note is right.
CREATE OR REPLACE FUNCTION mail_note_what_is_reworded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint := COALESCE(NEW.organisation_id, OLD.organisation_id);
BEGIN
    -- One after the other, so that each counts what the one before has written.
    PERFORM FROM organisations_organisation WHERE id = whose FOR NO KEY UPDATE;
    UPDATE organisations_organisation
    SET reworded_mails = ARRAY(
        SELECT template || '/' || language FROM mail_wording WHERE organisation_id = whose ORDER BY 1
    )
    WHERE id = whose;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER what_is_reworded AFTER INSERT OR DELETE OR UPDATE OF template, language ON mail_wording
    FOR EACH ROW EXECUTE FUNCTION mail_note_what_is_reworded();
