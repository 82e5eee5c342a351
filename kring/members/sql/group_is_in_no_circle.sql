-- A group is no part of its own parts. Two moves at once come one after the other, so that both are judged.
CREATE OR REPLACE FUNCTION members_group_is_in_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('groups:' || NEW.organisation_id, 0));
    IF EXISTS (
        WITH RECURSIVE above(id, parent_id) AS (
            SELECT id, parent_id FROM members_group
                WHERE organisation_id = NEW.organisation_id AND id = NEW.parent_id
            UNION
            SELECT g.id, g.parent_id FROM members_group g
                JOIN above ON g.organisation_id = NEW.organisation_id AND g.id = above.parent_id
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'A group cannot be part of one of its own parts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_is_in_no_circle';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER group_is_in_no_circle AFTER UPDATE OF parent_id ON members_group FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION members_group_is_in_no_circle();
