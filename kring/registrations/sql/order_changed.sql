-- One plan for all times: see changed.sql.
CREATE OR REPLACE FUNCTION registrations_order_changed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE these bigint[] := registrations_of_order(NEW.organisation_id, NEW.id);
BEGIN
    UPDATE registrations_listed SET
        number = lower(NEW.number), order_state = NEW.state, buyer = left(core_normal(NEW.buyer_name), 200),
        buyer_email = lower(NEW.buyer_email)
    WHERE organisation_id = NEW.organisation_id AND registration_id = ANY(these);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER order_of_registrations_is_changed AFTER UPDATE ON billing_order FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.buyer_name <> OLD.buyer_name OR NEW.buyer_email <> OLD.buyer_email
          OR NEW.number <> OLD.number)
    EXECUTE FUNCTION registrations_order_changed();
