-- Nobody is their own guardian, nor the guardian of their guardian.
CREATE OR REPLACE FUNCTION members_guardianship_is_of_another() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    grown bigint;
BEGIN
    SELECT member_id INTO grown FROM members_guardian
        WHERE organisation_id = NEW.organisation_id AND id = NEW.guardian_id;
    IF NEW.ended_at IS NULL AND grown IS NOT NULL AND (grown = NEW.child_id OR EXISTS (
        SELECT FROM members_guardianship back
        JOIN members_guardian other ON other.organisation_id = NEW.organisation_id AND other.id = back.guardian_id
        WHERE back.organisation_id = NEW.organisation_id AND back.child_id = grown AND back.ended_at IS NULL
            AND other.member_id = NEW.child_id
    )) THEN
        RAISE EXCEPTION 'A guardian is somebody else than the child'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_is_of_another';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER guardianship_is_of_another AFTER INSERT OR UPDATE ON members_guardianship FOR EACH ROW
    EXECUTE FUNCTION members_guardianship_is_of_another();
