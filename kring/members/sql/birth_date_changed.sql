-- Another date of birth, another day on which guardians' rights end; they are told again before it.
CREATE OR REPLACE FUNCTION members_birth_date_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE members_guardianship SET of_age_on = members_of_age(NEW.birth_date), announced_at = NULL
        WHERE organisation_id = NEW.organisation_id AND child_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER birth_date_is_changed AFTER UPDATE OF birth_date ON members_member FOR EACH ROW
    WHEN (NEW.birth_date IS DISTINCT FROM OLD.birth_date)
    EXECUTE FUNCTION members_birth_date_changed();
