-- First the registrations, in the order of their keys, as all who write their rows.
CREATE OR REPLACE FUNCTION registrations_price_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[];
BEGIN
    these := ARRAY(SELECT id FROM registrations_registration
        WHERE organisation_id = NEW.organisation_id AND line_id = NEW.id ORDER BY id FOR NO KEY UPDATE);
    PERFORM registrations_list(NEW.organisation_id, these);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER price_of_registration_is_changed AFTER UPDATE ON billing_orderline FOR EACH ROW
    WHEN (NEW.amount <> OLD.amount) EXECUTE FUNCTION registrations_price_changed();
