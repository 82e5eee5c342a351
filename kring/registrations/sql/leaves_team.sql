-- Once nobody of it has a place any more, its name is free. Late money brings it back: where another team has the name
-- by then, it gets a number.
CREATE OR REPLACE FUNCTION registrations_leaves_team() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
    over boolean;
BEGIN
    SELECT NOT EXISTS (SELECT FROM registrations_registration r
        WHERE r.organisation_id = NEW.organisation_id AND r.team_id = NEW.team_id
        AND r.state IN ('new', 'filled_in', 'paying', 'completed')) INTO over;
    UPDATE registrations_team t SET is_over = over, name = CASE
        WHEN over OR NOT EXISTS (SELECT FROM registrations_team o
            WHERE o.organisation_id = t.organisation_id AND o.attraction_id = t.attraction_id AND o.id <> t.id
            AND NOT o.is_over AND lower(o.name) = lower(t.name)) THEN t.name
        ELSE left(t.name, 80) || ' (' || t.id || ')' END
    WHERE t.organisation_id = NEW.organisation_id AND t.id = NEW.team_id AND t.is_over <> over;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER registration_leaves_team AFTER UPDATE OF state ON registrations_registration FOR EACH ROW
    WHEN (NEW.team_id IS NOT NULL AND NEW.state <> OLD.state) EXECUTE FUNCTION registrations_leaves_team();
