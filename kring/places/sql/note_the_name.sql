-- When the column that is named last changed: what hundreds of rows elsewhere are shown with.
CREATE OR REPLACE FUNCTION places_note_the_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.named_at := OLD.named_at;
    IF to_jsonb(NEW) ->> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[0] THEN
        NEW.named_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
