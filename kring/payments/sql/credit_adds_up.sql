-- The balance of somebody's credit is the sum of its entries, whoever writes them: adding one locks the account, and
-- what would bring it below zero is refused by its own check. An entry stays as it is; only with its organisation it goes.
CREATE OR REPLACE FUNCTION payments_credit_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE payments_creditaccount SET balance = balance + NEW.amount
        WHERE organisation_id = NEW.organisation_id AND id = NEW.account_id;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND NOT organisations_stays(OLD.organisation_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A change of credit is made, never changed or removed.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER credit_adds_up AFTER INSERT ON payments_creditentry
    FOR EACH ROW EXECUTE FUNCTION payments_credit_adds_up();
CREATE OR REPLACE TRIGGER credit_entries_stay
    BEFORE UPDATE OF account_id, amount, refund_id, payment_id, reason, created_at OR DELETE ON payments_creditentry
    FOR EACH ROW EXECUTE FUNCTION payments_credit_adds_up();
