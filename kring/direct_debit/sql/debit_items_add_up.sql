-- What is being collected of a contribution and what was, is never more than it is worth, whoever writes it: the
-- contribution's row is locked while that is looked at. Parts follow the state of their debit.
CREATE OR REPLACE FUNCTION direct_debit_debit_items_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    worth numeric;
    together numeric;
BEGIN
    IF TG_TABLE_NAME = 'direct_debit_debit' THEN
        UPDATE direct_debit_debititem SET state = NEW.state
        WHERE organisation_id = NEW.organisation_id AND debit_id = NEW.id;
        RETURN NULL;
    END IF;
    IF NEW.state IN ('returned', 'left_out') THEN
        RETURN NULL;
    END IF;
    SELECT amount INTO worth FROM dues_contribution
    WHERE organisation_id = NEW.organisation_id AND id = NEW.contribution_id FOR NO KEY UPDATE;
    SELECT sum(amount) INTO together FROM direct_debit_debititem
    WHERE organisation_id = NEW.organisation_id AND contribution_id = NEW.contribution_id
        AND state IN ('announced', 'under_way', 'collected');
    IF together > worth THEN
        RAISE EXCEPTION 'Contribution % would be collected beyond its amount.', NEW.contribution_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER debit_moves_its_items AFTER UPDATE OF state ON direct_debit_debit
    FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION direct_debit_debit_items_add_up();
CREATE OR REPLACE TRIGGER debit_items_add_up AFTER INSERT ON direct_debit_debititem
    FOR EACH ROW EXECUTE FUNCTION direct_debit_debit_items_add_up();
-- What counted before counts as much as it did.
CREATE OR REPLACE TRIGGER debit_items_add_up_again AFTER UPDATE OF state, amount ON direct_debit_debititem
    FOR EACH ROW WHEN (NEW.amount > OLD.amount OR OLD.state NOT IN ('announced', 'under_way', 'collected'))
    EXECUTE FUNCTION direct_debit_debit_items_add_up();
