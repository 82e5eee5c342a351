-- `refunded` follows the refunds, whoever writes them, and the check constraint of the payment refuses the cent too
-- many.
CREATE OR REPLACE FUNCTION payments_refunds_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        UPDATE payments_payment SET refunded = refunded - OLD.amount
        WHERE organisation_id = OLD.organisation_id AND id = OLD.payment_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE payments_payment SET refunded = refunded + NEW.amount
        WHERE organisation_id = NEW.organisation_id AND id = NEW.payment_id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER refunds_add_up AFTER INSERT OR UPDATE OF amount, payment_id OR DELETE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_refunds_add_up();
