-- The moment of the change itself, not the beginning of its transaction, behind which a long one would hide.
CREATE OR REPLACE FUNCTION registrations_note_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER registration_changed BEFORE UPDATE ON registrations_registration
    FOR EACH ROW EXECUTE FUNCTION registrations_note_the_change();
