-- Each change of what was agreed with a member is a row of the history: who, when, old, new.
CREATE OR REPLACE FUNCTION dues_note_fee_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dues_memberfeechange (organisation_id, member_id, changed_by_id, changed_at,
        old_amount, old_frequency, old_start_date, old_is_exempt, old_reason, old_note,
        new_amount, new_frequency, new_start_date, new_is_exempt, new_reason, new_note)
    VALUES (NEW.organisation_id, NEW.member_id, NEW.changed_by_id, clock_timestamp(),
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.amount END,
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.frequency ELSE '' END,
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.start_date END,
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.is_exempt ELSE false END,
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.reason ELSE '' END,
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.note ELSE '' END,
        NEW.amount, NEW.frequency, NEW.start_date, NEW.is_exempt, NEW.reason, NEW.note);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER fee_is_made AFTER INSERT ON dues_memberfee
    FOR EACH ROW EXECUTE FUNCTION dues_note_fee_changes();

CREATE OR REPLACE TRIGGER fee_is_changed AFTER UPDATE ON dues_memberfee FOR EACH ROW
    WHEN ((OLD.amount, OLD.frequency, OLD.start_date, OLD.is_exempt, OLD.reason, OLD.note)
        IS DISTINCT FROM (NEW.amount, NEW.frequency, NEW.start_date, NEW.is_exempt, NEW.reason, NEW.note))
    EXECUTE FUNCTION dues_note_fee_changes();
