-- The parts of an order are its total after each statement, and the order knows whether it has any.
CREATE OR REPLACE FUNCTION billing_instalments_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part billing_instalment := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    owed numeric;
    parts numeric;
BEGIN
    SELECT total INTO owed FROM billing_order WHERE organisation_id = part.organisation_id AND id = part.order_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT sum(amount) INTO parts FROM billing_instalment
    WHERE organisation_id = part.organisation_id AND order_id = part.order_id;
    IF parts <> owed AND organisations_stays(part.organisation_id) THEN
        RAISE EXCEPTION 'the instalments of order % are % in all, and its total is %', part.order_id, parts, owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalments_add_up', TABLE = 'billing_instalment';
    END IF;
    UPDATE billing_order SET is_in_instalments = parts IS NOT NULL
    WHERE organisation_id = part.organisation_id AND id = part.order_id
        AND is_in_instalments <> (parts IS NOT NULL);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER instalments_add_up AFTER INSERT OR UPDATE OF amount, order_id OR DELETE ON billing_instalment
    FOR EACH ROW EXECUTE FUNCTION billing_instalments_add_up();
