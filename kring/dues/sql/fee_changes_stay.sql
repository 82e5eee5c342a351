-- The history of contributions stays as it was written. It goes along when two members become one, and who made a
-- change is forgotten with their login.
CREATE OR REPLACE FUNCTION dues_fee_changes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of contributions is written once.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER fee_changes_stay BEFORE UPDATE ON dues_memberfeechange FOR EACH ROW
    WHEN ((NEW.changed_by_id IS NOT NULL AND NEW.changed_by_id IS DISTINCT FROM OLD.changed_by_id)
        OR (OLD.changed_at, OLD.old_amount, OLD.old_frequency, OLD.old_start_date, OLD.old_is_exempt, OLD.old_reason,
            OLD.old_note, OLD.new_amount, OLD.new_frequency, OLD.new_start_date, OLD.new_is_exempt, OLD.new_reason,
            OLD.new_note)
        IS DISTINCT FROM
           (NEW.changed_at, NEW.old_amount, NEW.old_frequency, NEW.old_start_date, NEW.old_is_exempt, NEW.old_reason,
            NEW.old_note, NEW.new_amount, NEW.new_frequency, NEW.new_start_date, NEW.new_is_exempt, NEW.new_reason,
            NEW.new_note))
    EXECUTE FUNCTION dues_fee_changes_stay();
