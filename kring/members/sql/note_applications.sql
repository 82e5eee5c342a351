-- The organisation is read by every request; its row says whether anybody can apply for a membership, so that no page
-- has to ask.
CREATE OR REPLACE FUNCTION members_note_applications() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint := COALESCE(NEW.organisation_id, OLD.organisation_id);
BEGIN
    -- One after the other, so that each sees what the one before has written.
    PERFORM FROM organisations_organisation WHERE id = whose FOR NO KEY UPDATE;
    UPDATE organisations_organisation
    SET takes_applications = EXISTS (
        SELECT FROM members_applicationsettings AS asked
        JOIN members_membershiptype AS kind ON kind.organisation_id = whose AND kind.id = asked.type_id
        WHERE asked.organisation_id = whose AND asked.is_open AND kind.retired_at IS NULL
    )
    WHERE id = whose;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER takes_applications AFTER INSERT OR DELETE OR UPDATE OF is_open ON members_applicationsettings
    FOR EACH ROW EXECUTE FUNCTION members_note_applications();
CREATE OR REPLACE TRIGGER type_takes_applications AFTER UPDATE OF retired_at ON members_membershiptype
    FOR EACH ROW EXECUTE FUNCTION members_note_applications();
