-- The number of a member who was merged into another is never given again. After the row: then a merge that removed the
-- number a moment ago is seen.
CREATE OR REPLACE FUNCTION members_number_of_a_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM members_membermerge WHERE organisation_id = NEW.organisation_id AND number = NEW.number) THEN
        RAISE EXCEPTION 'This number belonged to a member who was merged into another'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'number_of_a_merge_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER number_of_a_merge_stays AFTER INSERT OR UPDATE OF number ON members_member FOR EACH ROW
    EXECUTE FUNCTION members_number_of_a_merge();
