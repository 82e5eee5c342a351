-- The day of the first instalment of an order that has not come in, so that a list need not add up payments.
CREATE OR REPLACE FUNCTION payments_note_next_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    organisation bigint;
    changed bigint;
    received numeric;
BEGIN
    IF TG_TABLE_NAME = 'billing_order' THEN
        organisation := NEW.organisation_id;
        changed := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        organisation := OLD.organisation_id;
        changed := OLD.order_id;
    ELSE
        organisation := NEW.organisation_id;
        changed := NEW.order_id;
    END IF;
    PERFORM FROM billing_order
    WHERE organisation_id = organisation AND id = changed AND (is_in_instalments OR next_due_on IS NOT NULL);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(amount - refunded - refunding - charged_back), 0) INTO received FROM payments_payment
    WHERE organisation_id = organisation AND order_id = changed AND state = 'paid';
    UPDATE billing_order
    SET next_due_on = (
        SELECT min(due_on) FROM (
            SELECT due_on, amount, sum(amount) OVER (ORDER BY position) AS upto FROM billing_instalment
            WHERE organisation_id = organisation AND order_id = changed
        ) part
        WHERE part.amount > 0 AND part.upto > received - retained
    )
    WHERE organisation_id = organisation AND id = changed;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER next_due_by_payment AFTER INSERT OR UPDATE OF state, amount, refunded, refunding, charged_back
    ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_note_next_due();

CREATE OR REPLACE TRIGGER next_due_by_instalment AFTER INSERT OR UPDATE OR DELETE ON billing_instalment
    FOR EACH ROW EXECUTE FUNCTION payments_note_next_due();

CREATE OR REPLACE TRIGGER next_due_by_order AFTER UPDATE OF retained ON billing_order
    FOR EACH ROW WHEN (NEW.is_in_instalments) EXECUTE FUNCTION payments_note_next_due();
