CREATE OR REPLACE FUNCTION registrations_ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed
    SET issued_at = NEW.issued_at, admitted_at = NEW.admitted_at, admitted_where = NEW.admitted_where
    WHERE organisation_id = NEW.organisation_id AND registration_id = NEW.registration_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ticket_is_changed AFTER UPDATE ON registrations_ticket FOR EACH ROW
    WHEN (NEW.issued_at <> OLD.issued_at OR NEW.admitted_at IS DISTINCT FROM OLD.admitted_at
          OR NEW.admitted_where <> OLD.admitted_where)
    EXECUTE FUNCTION registrations_ticket_changed();
