-- An order is changed by its clock and its money; only what is shown with each of its registrations counts.
CREATE OR REPLACE FUNCTION billing_note_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := OLD.updated_at;
    IF (NEW.number, NEW.state, NEW.total, NEW.currency)
        IS DISTINCT FROM (OLD.number, OLD.state, OLD.total, OLD.currency)
    THEN
        NEW.updated_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER order_changed BEFORE UPDATE ON billing_order FOR EACH ROW
    EXECUTE FUNCTION billing_note_the_change();
