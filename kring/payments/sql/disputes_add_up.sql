-- `charged_back` of a payment is the sum of its disputes, but for those that were won.
CREATE OR REPLACE FUNCTION payments_disputes_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone numeric := CASE WHEN NEW.state <> 'won' THEN NEW.amount ELSE 0 END;
    was_gone numeric := CASE WHEN OLD.state <> 'won' THEN OLD.amount ELSE 0 END;
BEGIN
    UPDATE payments_payment SET charged_back = charged_back + gone - was_gone
    WHERE organisation_id = coalesce(NEW.organisation_id, OLD.organisation_id)
        AND id = coalesce(NEW.payment_id, OLD.payment_id);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER disputes_add_up AFTER INSERT OR UPDATE OF amount, state OR DELETE ON payments_dispute
    FOR EACH ROW EXECUTE FUNCTION payments_disputes_add_up();
