CREATE OR REPLACE FUNCTION registrations_ticket_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed SET issued_at = NULL, admitted_at = NULL, admitted_where = ''
    WHERE organisation_id = OLD.organisation_id AND registration_id = OLD.registration_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ticket_is_gone AFTER DELETE ON registrations_ticket FOR EACH ROW
    EXECUTE FUNCTION registrations_ticket_gone();
