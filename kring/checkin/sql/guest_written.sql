-- What a guest is compared and found by, and when the row was changed.
CREATE OR REPLACE FUNCTION checkin_guest_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name_key := core_normal(NEW.name);
    NEW.words := ' ' || core_normal(concat_ws(' ', NEW.name, nullif(NEW.invited_by, '')));
    IF TG_OP = 'UPDATE' THEN
        NEW.updated_at := statement_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER guest_is_written BEFORE INSERT OR UPDATE ON checkin_guest FOR EACH ROW
    EXECUTE FUNCTION checkin_guest_written();
