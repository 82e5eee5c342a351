-- An invoice stays as it was made, whoever asks: what was wrong is corrected by a credit note and a new invoice. Only
-- with its organisation it goes.
CREATE OR REPLACE FUNCTION billing_invoices_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoiced numeric;
    credited numeric;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Not more goes back than was invoiced. Whoever inserts holds the order's lock.
        SELECT i.total INTO invoiced FROM billing_invoice i
        WHERE i.organisation_id = NEW.organisation_id AND i.id = NEW.corrects_id AND i.kind = 'invoice'
            AND i.order_id = NEW.order_id AND i.currency = NEW.currency;
        SELECT coalesce(sum(c.total), 0) INTO credited FROM billing_invoice c
        WHERE c.organisation_id = NEW.organisation_id AND c.corrects_id = NEW.corrects_id;
        IF invoiced IS NULL OR credited + NEW.total > invoiced THEN
            RAISE EXCEPTION 'A credit note is about an invoice of its order, and not for more than that.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND NOT organisations_stays(OLD.organisation_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'An invoice is made, never changed or removed.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER invoices_stay BEFORE UPDATE OR DELETE ON billing_invoice FOR EACH ROW
    EXECUTE FUNCTION billing_invoices_stay();
CREATE OR REPLACE TRIGGER credits_stay_below BEFORE INSERT ON billing_invoice FOR EACH ROW
    WHEN (NEW.kind = 'credit') EXECUTE FUNCTION billing_invoices_stay();
