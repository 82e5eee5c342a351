-- When a household or a group was changed, for programs that ask what is new.
CREATE OR REPLACE FUNCTION members_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := statement_timestamp();
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER household_is_touched BEFORE UPDATE ON members_household FOR EACH ROW
    EXECUTE FUNCTION members_touched();
CREATE OR REPLACE TRIGGER group_is_touched BEFORE UPDATE ON members_group FOR EACH ROW
    EXECUTE FUNCTION members_touched();
