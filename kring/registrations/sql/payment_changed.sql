-- Which payment counts is looked at after the lock: two attempts of one order may change at once. One
-- plan for all times: see changed.sql.
CREATE OR REPLACE FUNCTION registrations_payment_changed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE these bigint[] := registrations_of_order(NEW.organisation_id, NEW.order_id);
BEGIN
    UPDATE registrations_listed l SET payment = counts.state, method = counts.method
    FROM (
        SELECT state, method FROM payments_payment
        WHERE organisation_id = NEW.organisation_id AND order_id = NEW.order_id
        ORDER BY CASE WHEN state = 'paid' THEN 0 WHEN state IN ('created', 'pending') THEN 1 ELSE 2 END,
            created_at DESC, id DESC
        LIMIT 1
    ) AS counts
    WHERE l.organisation_id = NEW.organisation_id AND l.registration_id = ANY(these)
        AND (l.payment, l.method) IS DISTINCT FROM (counts.state, counts.method);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER payment_is_changed AFTER UPDATE ON payments_payment FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.method <> OLD.method) EXECUTE FUNCTION registrations_payment_changed();
CREATE OR REPLACE TRIGGER payment_is_made AFTER INSERT ON payments_payment FOR EACH ROW
    EXECUTE FUNCTION registrations_payment_changed();
