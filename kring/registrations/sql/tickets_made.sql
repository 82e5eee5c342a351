-- A ticket's triggers write the ticket's columns only.
CREATE OR REPLACE FUNCTION registrations_tickets_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed l
    SET issued_at = t.issued_at, admitted_at = t.admitted_at, admitted_where = t.admitted_where
    FROM fresh t WHERE l.organisation_id = t.organisation_id AND l.registration_id = t.registration_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER tickets_are_made AFTER INSERT ON registrations_ticket
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION registrations_tickets_made();
