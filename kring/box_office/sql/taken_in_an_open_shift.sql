-- The last guard: nothing is taken in a shift that was closed. The row of the shift stays locked until the sale is
-- committed, so who closes it waits, and counts the sale.
CREATE OR REPLACE FUNCTION box_office_taken_in_an_open_shift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM box_office_shift s
    WHERE s.organisation_id = NEW.organisation_id AND s.id = NEW.shift_id AND s.closed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The shift is closed.' USING ERRCODE = 'check_violation', CONSTRAINT = 'taking_is_in_an_open_shift';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER taken_in_an_open_shift AFTER INSERT ON box_office_taking
    FOR EACH ROW EXECUTE FUNCTION box_office_taken_in_an_open_shift();
