-- For tables that programs ask "what has changed since" of. Each row says so of itself: nobody has to write, or lock,
-- rows of another table for it. The moment of the change itself, not the beginning of its transaction, behind which a
-- long one would hide.
CREATE OR REPLACE FUNCTION places_note_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.updated_at := clock_timestamp();
        RETURN NEW;
    END IF;
    NEW.updated_at := OLD.updated_at;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER pool_changed BEFORE UPDATE ON places_pool FOR EACH ROW
    EXECUTE FUNCTION places_note_the_change();
