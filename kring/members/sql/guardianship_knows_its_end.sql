-- When the child comes of age: see of_age.sql.
CREATE OR REPLACE FUNCTION members_guardianship_knows_its_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT members_of_age(birth_date) INTO NEW.of_age_on FROM members_member
        WHERE organisation_id = NEW.organisation_id AND id = NEW.child_id;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER guardianship_knows_its_end BEFORE INSERT OR UPDATE OF child_id ON members_guardianship
    FOR EACH ROW EXECUTE FUNCTION members_guardianship_knows_its_end();
