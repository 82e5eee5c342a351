-- A team has no more people than its attraction lets one have, whoever adds them, and however many at once: each waits
-- for the team's row. Only people who come are counted, so late money that revives somebody is never refused here.
CREATE OR REPLACE FUNCTION registrations_joins_team() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
    most integer;
    of_attraction bigint;
BEGIN
    SELECT t.attraction_id INTO of_attraction FROM registrations_team t
        WHERE t.organisation_id = NEW.organisation_id AND t.id = NEW.team_id FOR NO KEY UPDATE;
    IF of_attraction IS DISTINCT FROM NEW.attraction_id THEN
        RAISE EXCEPTION 'the team is of another attraction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'team_is_of_the_attraction';
    END IF;
    SELECT a.largest_team INTO most FROM events_attraction a
        WHERE a.organisation_id = NEW.organisation_id AND a.id = of_attraction;
    IF most < (SELECT count(*) FROM registrations_registration r
               WHERE r.organisation_id = NEW.organisation_id AND r.team_id = NEW.team_id
               AND r.state IN ('new', 'filled_in', 'paying', 'completed')) THEN
        RAISE EXCEPTION 'the team has more people than its attraction lets it have'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'team_is_not_too_large';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER registration_joins_team AFTER INSERT ON registrations_registration FOR EACH ROW
    WHEN (NEW.team_id IS NOT NULL) EXECUTE FUNCTION registrations_joins_team();
